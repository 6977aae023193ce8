/** `npm run check:release -- 1.38 DIR`; bundled and run by scripts/check-release.mjs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KNOWN_RELEASES } from "../../config/features.js";
import { explainRelease, tableBefore } from "./explain-release.js";
import { recordedArtifacts } from "./recorded-texts.js";
import { releaseReport } from "./report.js";

/** Files of the project that ask a feature by name. */
function usersOf(project: string, feature: string): string[] {
  return ["backends", "services", "endpoints", "cluster", "pipeline"].flatMap((folder) =>
    readdirSync(join(project, "lib", folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .filter((file) => new RegExp(`\\b${feature}\\b`).test(readFileSync(join(project, "lib", folder, file), "utf8")))
      .map((file) => `lib/${folder}/${file}`)
      .sort(),
  );
}

/** Prints what explains the texts of DIR; the status is 0 when everything is explained. */
export function checkRelease(argv: readonly string[], project: string, print: (line: string) => void): number {
  const minor = Number(/^1\.(\d{1,3})$/.exec(argv[0] ?? "")?.[1]);
  const directory = argv[1];
  if (!minor || directory === undefined) {
    print("usage: npm run check:release -- 1.38 DIR   (DIR as golden/kube-proxy: cases/, expected/)");
    return 2;
  }
  const texts = recordedArtifacts(directory, minor);
  const explanation = explainRelease(texts, minor, tableBefore(KNOWN_RELEASES, minor));
  for (const line of releaseReport(minor, explanation, texts.length, (feature) => usersOf(project, feature)))
    print(line);
  return explanation.unexplained.length === 0 ? 0 : 1;
}
