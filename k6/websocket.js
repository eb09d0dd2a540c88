/** One connection of a WebSocket load: sends a message now and then, and times the answers. */
import exec from "k6/execution";
import { Counter, Trend } from "k6/metrics";
import { WebSocket } from "k6/websockets";
import { addressOf, fill, fillAll, plan, withoutSecrets } from "./given.js";

const connections = new Counter("golive_websocket_connections");
const messages = new Counter("golive_websocket_messages");
const errors = new Counter("golive_websocket_errors");
const latency = new Trend("golive_websocket_latency", true);

/** Milliseconds that the last messages are given to be answered. */
const LAST_ANSWERS_MS = 2000;
/** Milliseconds before a connection that failed is tried again. */
const RECONNECT_MS = 1000;

/** Talks until the plan's time is over, or the connection fails. */
export function converse({ path, headers = {}, message, everyMs = 1000 }, variables) {
  const end = exec.scenario.startTime + plan.durationSeconds * 1000;
  const address = addressOf(path, variables).replace(/^http/, "ws");
  const socket = new WebSocket(address, null, { headers: fillAll(headers, variables) });
  const pending = new Map();
  let timer;
  let over = false;

  const stop = () => {
    over = true;
    errors.add(pending.size);
    socket.close();
  };
  const send = () => {
    if (Date.now() >= end) {
      clearInterval(timer);
      setTimeout(stop, pending.size > 0 ? LAST_ANSWERS_MS : 0);
      return;
    }
    const id = `${exec.vu.idInTest}x${Date.now().toString(36)}x${pending.size}`;
    pending.set(id, Date.now());
    socket.send(fill(message, { ...variables, id }));
  };

  socket.addEventListener("open", () => {
    connections.add(1);
    send();
    timer = setInterval(send, everyMs);
  });
  socket.addEventListener("message", ({ data }) => {
    const id = answered(data, message, pending);
    if (id === undefined) return;
    latency.add(Date.now() - pending.get(id));
    messages.add(1);
    pending.delete(id);
  });
  socket.addEventListener("error", ({ error }) => console.error(`WebSocket: ${withoutSecrets(error)}`));
  socket.addEventListener("close", () => {
    clearInterval(timer);
    if (over) return;
    errors.add(1 + pending.size);
    setTimeout(() => undefined, RECONNECT_MS);
  });
}

/** The message that a text answers: the one whose id it holds; the oldest, where messages have no ids. */
const answered = (text, message, pending) =>
  message.includes("{id}")
    ? [...pending.keys()].find((id) => text.includes(id))
    : pending.keys().next().value;
