/** Colours of `validity`. */
export const validityColors = { valid: 'green', suspect: 'orange', invalid: 'red' };

/** Colours of `verdict`. */
export const verdictColors = { passed: 'green', failed: 'red', aborted: 'orange', interrupted: 'purple' };
