// Preloaded into a measured process: says at its end how much memory it held at most.
process.on("exit", () => {
  require("node:fs").writeSync(3, JSON.stringify({ maxRSS: process.resourceUsage().maxRSS * 1024 }));
});
