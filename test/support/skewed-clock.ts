// Loaded before a process's own modules (`node --import`): its wall clock is CLOCK_SKEW_MS off, as that of a machine whose clock nobody sets.
const skewMs = Number(process.env['CLOCK_SKEW_MS']);
const trueNow = Date.now;
Date.now = () => trueNow() + skewMs;
