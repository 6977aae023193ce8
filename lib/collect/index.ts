/** From options to the shell script that gathers a bundle; nothing here runs it. */
export { readCollectOptions, VIAS, DEFAULT_IMAGE, type CollectOptions, type WrittenOptions } from "./options.js";
export { renderCollectScript, renderNodeScript } from "./render-script.js";
