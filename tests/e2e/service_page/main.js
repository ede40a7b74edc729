/** A mini-service that does what the test says: the bridge's wire by hand, so that nothing between hides a fault. */
const heard = [];
const waiting = new Map();
const greeting = { ns: 'onecity', v: 1, t: 'syn', nonce: crypto.randomUUID() };

const ready = new Promise((resolve) => {
  addEventListener('message', ({ data, ports: [port] }) => {
    if (data?.nonce !== greeting.nonce || data.t !== 'ack') return;
    port.onmessage = hear;
    resolve({ port, ...data });
  });
});
parent.postMessage(greeting, '*');

function hear({ data }) {
  if (data.ev) heard.push(data);
  const settle = waiting.get(data.i);
  waiting.delete(data.i);
  settle?.(data.ok ? { result: data.r } : { refused: data.e });
}

/** What came of a call: `{ result }` or `{ refused }`. */
async function call(m, p) {
  const { port } = await ready;
  const i = crypto.randomUUID();
  const settled = new Promise((resolve) => waiting.set(i, resolve));
  port.postMessage({ i, m, p });
  return settled;
}

/** Starts a call that waits for a person; `outcome` reads what came of it. */
const outcomes = {};
function start(m, p) {
  outcomes[m] = call(m, p);
}

globalThis.service = { call, start, heard, ready, outcomes };
const { context } = await ready;
document.querySelector('h1').textContent = context.service.name['zh-CN'];
document.querySelector('#state').textContent = 'ready';
