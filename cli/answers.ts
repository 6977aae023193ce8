/** What answers each command; loaded when it is asked. */
import type { CommandName, RequestOf } from "../lib/index.js";
import type { ExitCode, Terminal } from "./terminal.js";

/** `request`: what the command's tables made of the command line. */
export type Answer<R = never> = (request: R, terminal: Terminal) => Promise<ExitCode>;

export const ANSWERS: { readonly [N in CommandName]: Answer<RequestOf<N>> } = {
  anonymize: async (...asked) => (await import("./commands/anonymize.js")).runAnonymize(...asked),
  check: async (...asked) => (await import("./commands/check.js")).runCheck(...asked),
  collect: async (...asked) => (await import("./commands/collect.js")).runCollect(...asked),
  compile: async (...asked) => (await import("./commands/compile.js")).runCompile(...asked),
  completion: async (...asked) => (await import("./commands/completion.js")).runCompletion(...asked),
  diff: async (...asked) => (await import("./commands/diff.js")).runDiff(...asked),
  dns: async (...asked) => (await import("./commands/dns.js")).runDNS(...asked),
  doctor: async (...asked) => (await import("./commands/doctor.js")).runDoctor(...asked),
  endpoints: async (...asked) => (await import("./commands/endpoints.js")).runEndpoints(...asked),
  explain: async (...asked) => (await import("./commands/explain.js")).runExplain(...asked),
  extract: async (...asked) => (await import("./commands/extract.js")).runExtract(...asked),
  impact: async (...asked) => (await import("./commands/impact.js")).runImpact(...asked),
  migrate: async (...asked) => (await import("./commands/migrate.js")).runMigrate(...asked),
  playground: async (...asked) => (await import("./commands/playground.js")).runPlayground(...asked),
  trace: async (...asked) => (await import("./commands/trace.js")).runTrace(...asked),
};
