/**
 * Starts the engine's thread, and the rest of the page once that thread runs: a browser starts no thread while a script
 * keeps the page busy. The thread is given the page's fragment, and answers the first question without being asked.
 */
import type { Reply } from "./engine.js";

const textOf = (id: string) => document.getElementById(id)!.textContent;
const url = URL.createObjectURL(new Blob([textOf("engine")], { type: "text/javascript" }));
const worker = new Worker(url + location.hash);
const first = new Promise<Reply>((resolve) => {
  const listen = ({ data }: MessageEvent<Reply>) => {
    if (data.id < 0) return showPage();
    worker.removeEventListener("message", listen);
    resolve(data);
  };
  worker.addEventListener("message", listen);
});
worker.addEventListener("error", showPage, { once: true });
(globalThis as { svcrulesEngine?: object }).svcrulesEngine = { worker, first };

function showPage(): void {
  const script = document.createElement("script");
  script.textContent = textOf("page");
  document.body.append(script);
}
