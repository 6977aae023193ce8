/** Gives every property of fast-check the seed asked for; the nightly run loads this before each test file. */
import fc from "fast-check";
import { fuzzSeed } from "./runs.js";

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: fuzzSeed(1) });
