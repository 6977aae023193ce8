/** Captures with drift in which values are replaced by what would do harm, were it to reach a tool. */
import { randomFrom } from "../fuzz/mutate.js";
import { mutateCapture, type CaptureTexts } from "./mutate-capture.js";

/** What people with bad intent put where a value should stand. */
const HOSTILE = [
  "10.9.9.9 }; delete chain ip kube-proxy services; #",
  "$(reboot)",
  "`reboot`",
  "'; reboot; '",
  "END",
  "\u001b[31m",
  "KUBE-SVC-AAAAAAAAAAAAAAAA;reboot",
  "flush ruleset",
  "-F",
  "DOCKER",
  "10.9.9.9/0",
  '" -j DROP',
];

/** A value of one line is replaced by something hostile. */
function poison(texts: CaptureTexts, seed: number): CaptureTexts {
  const random = randomFrom(seed);
  const files = Object.keys(texts);
  const file = files[random(files.length)]!;
  const lines = texts[file]!.split("\n");
  const at = random(lines.length);
  const words = lines[at]!.split(/(?<=\s)/);
  words[random(words.length)] = `${HOSTILE[random(HOSTILE.length)]!} `;
  return { ...texts, [file]: lines.with(at, words.join("")).join("\n") };
}

/** One drift and two hostile values; `run` makes each other than the one before. */
export function hostileCapture(texts: CaptureTexts, seed: number, run: number): CaptureTexts {
  const drifted = mutateCapture(texts, seed + run * 7919)?.texts ?? texts;
  return poison(poison(drifted, seed + run), seed - run);
}
