/** From options to the shell script that gathers a bundle; nothing here runs it. */
export { readCollectOptions, type WrittenOptions } from "./options.js";
export { renderCollectScript, renderNodeScript } from "./render-script.js";
