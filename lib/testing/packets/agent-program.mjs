/**
 * A program inside one network namespace of the packet tests: it serves, and it connects when told to.
 *
 *   node agent-program.mjs [ADDRESS PORT]...
 *
 * Serves TCP and UDP at each address and port: every client is told `ADDRESS SOURCE`, the address it reached and the one
 * it seems to come from. Prints "ready", then reads jobs, one JSON object a line, and prints an answer for each:
 *
 *   {"id":1,"protocol":"tcp","source":"10.244.1.9","destination":"10.96.0.10","port":80,"count":240,"timeout":5000}
 *   {"id":1,"answers":{"10.244.1.2 10.244.1.9":240},"refused":0,"silent":0,"errors":{},"slowest":12}
 */
import dgram from "node:dgram";
import net from "node:net";
import readline from "node:readline";

const CONCURRENCY = 16;
const plain = (address) => address.replace(/^::ffff:/, "");

async function serve(address, port) {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.end(`${address} ${plain(socket.remoteAddress ?? "")}`);
  });
  const socket = dgram.createSocket(net.isIPv6(address) ? "udp6" : "udp4");
  socket.on("message", (_, from) => socket.send(`${address} ${plain(from.address)}`, from.port, from.address));
  await new Promise((resolve, reject) => server.once("error", reject).listen({ host: address, port }, resolve));
  await new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, address, resolve);
  });
}

/** What one TCP connection comes to: an answer, "refused", "silent" or an error's code. */
function connectTCP({ source, destination, port, timeout }, localPort) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: destination, port, localAddress: source, ...(localPort && { localPort }) });
    let text = "";
    const finish = (outcome) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => finish("silent"), timeout);
    socket.setEncoding("utf8");
    socket.on("data", (data) => (text += data));
    socket.on("end", () => finish(text === "" ? "empty" : text));
    socket.on("error", (error) => finish(error.code === "ECONNREFUSED" ? "refused" : error.code));
  });
}

/** The same for one datagram from a port of its own. */
function sendUDP({ source, destination, port, timeout }, localPort) {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(net.isIPv6(destination) ? "udp6" : "udp4");
    const finish = (outcome) => {
      clearTimeout(timer);
      socket.close();
      resolve(outcome);
    };
    const timer = setTimeout(() => finish("silent"), timeout);
    socket.on("message", (data) => finish(data.toString("utf8")));
    socket.on("error", (error) => finish(error.code === "ECONNREFUSED" ? "refused" : error.code));
    socket.bind(localPort, source, () => socket.connect(port, destination, () => socket.send("?")));
  });
}

async function run(job) {
  const result = { id: job.id, answers: {}, refused: 0, silent: 0, errors: {}, slowest: 0 };
  let left = job.count;
  const work = async () => {
    while (left-- > 0) {
      const localPort = job.firstPort === undefined ? 0 : job.firstPort + left;
      const start = performance.now();
      const outcome = await (job.protocol === "udp" ? sendUDP(job, localPort) : connectTCP(job, localPort));
      result.slowest = Math.max(result.slowest, Math.round(performance.now() - start));
      if (outcome === "refused" || outcome === "silent") result[outcome]++;
      else if (outcome.includes(" ")) result.answers[outcome] = (result.answers[outcome] ?? 0) + 1;
      else result.errors[outcome] = (result.errors[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, job.count) }, work));
  return result;
}

const places = process.argv.slice(2);
for (let i = 0; i + 1 < places.length; i += 2) await serve(places[i], Number(places[i + 1]));
process.stdout.write("ready\n");
const lines = readline.createInterface({ input: process.stdin });
lines.on("line", async (line) => process.stdout.write(`${JSON.stringify(await run(JSON.parse(line)))}\n`));
lines.on("close", () => process.exit(0));
