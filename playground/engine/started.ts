/** Tells the page that the engine's thread runs; imported before the engine, which then takes its time. */
postMessage({ id: -1 });
export {};
