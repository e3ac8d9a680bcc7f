/** The longest delay that `setTimeout` takes, ms (24.8 days): it fires at once for any longer one. */
export const longestTimerMs = 0x7fff_ffff;
