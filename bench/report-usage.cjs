// Preloaded into a measured process: says at its end how much memory it held at most, and its processor time.
process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = { maxRSS: maxRSS * 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 };
  require("node:fs").writeSync(3, JSON.stringify(usage));
});
