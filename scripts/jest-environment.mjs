/** Node's environment, in which a test can ask for the command line that runs outside of Jest's modules (jest-program.mjs). */
import { TestEnvironment } from "jest-environment-node";
import { PROGRAM } from "./jest-program.mjs";

export default class Environment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.importProgram = () => import(PROGRAM.href);
    this.global.globalOutside = globalThis;
  }
}
