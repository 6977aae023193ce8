/** Starts the engine's thread before the rest of the page is read, so that both begin at once. */
const script = document.getElementById("engine")!.textContent;
const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
(globalThis as { svcrulesEngine?: Worker }).svcrulesEngine = worker;
