/** fast-check with the seed asked for: tests are the same every time, and the nightly run tries others. */
import fc from "fast-check";
import { fuzzSeed } from "./runs.js";

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: fuzzSeed(1) });

export { fc };
