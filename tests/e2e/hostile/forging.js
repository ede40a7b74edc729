// Messages that pass for the bridge's own. `heard` keeps what comes back on the window.
const NAMESPACE = { ns: "onecity", v: 1 };
const heard = [];
addEventListener("message", ({ data, ports, origin }) => heard.push({ data, ports: ports.length, origin }));

const POISON = [
  '{"__proto__": {"polluted": 1}, "ns": "onecity", "v": 1, "t": "syn"}',
  '{"ns": "onecity", "v": 1, "t": "syn", "nonce": {"__proto__": {"polluted": 1}}}',
  '{"constructor": {"prototype": {"polluted": 1}}, "ns": "onecity", "v": 1, "t": "syn", "nonce": ""}',
].map((text) => JSON.parse(text));

window.forging = {
  heard,

  /** A handshake of its own beside the SDK's, so that the port is in its hands. */
  shakeHands: (nonce = crypto.randomUUID()) =>
    new Promise((resolve) => {
      addEventListener("message", function listen({ data, ports }) {
        if (data?.t !== "ack" || data.nonce !== nonce) return;
        removeEventListener("message", listen);
        window.port = ports[0];
        resolve(nonce);
      });
      parent.postMessage({ ...NAMESPACE, t: "syn", nonce }, "*");
    }),

  replay(nonce, times) {
    for (let time = 0; time < times; time += 1) parent.postMessage({ ...NAMESPACE, t: "syn", nonce }, "*");
  },

  forgeAcks() {
    const { port1 } = new MessageChannel();
    const forged = { ...NAMESPACE, t: "ack", nonce: "x", session: "x", context: {}, caps: ["eval"], limits: {} };
    parent.postMessage(forged, "*", [port1]);
    for (const strange of [null, 1, "syn", [], new Map([["ns", "onecity"]]), { ...NAMESPACE, t: "syn" }, ...POISON]) {
      parent.postMessage(strange, "*");
    }
    for (const nonce of ["", "x".repeat(65), 7, null, ["x"], { toString: "x" }]) {
      parent.postMessage({ ...NAMESPACE, t: "syn", nonce }, "*");
    }
    for (const other of [{ ns: "onecitY" }, { v: 2 }, { v: "1" }, { t: "SYN" }]) {
      parent.postMessage({ ...NAMESPACE, t: "syn", nonce: crypto.randomUUID(), ...other }, "*");
    }
  },

  flood(count) {
    for (let number = 0; number < count; number += 1) {
      parent.postMessage({ ...NAMESPACE, t: "syn", nonce: crypto.randomUUID() }, "*");
    }
  },

  /** Raw calls over the port it got; gives the failures' codes, or `ok`, by id. */
  callRaw(calls, milliseconds = 2000) {
    const answers = {};
    window.port.onmessage = ({ data }) => {
      if (data.i) answers[data.i] = data.ok ? "ok" : data.e.code;
    };
    for (const call of calls) window.port.postMessage(call);
    return new Promise((resolve) => setTimeout(() => resolve(answers), milliseconds));
  },

  /** One dialog after the other, whatever the resident answers. */
  async askForEver() {
    (async () => {
      for (;;) {
        await city.ui.confirm({ title: "请充值" }).catch(() => new Promise((resolve) => setTimeout(resolve, 100)));
      }
    })();
  },

  poisonCalls() {
    const methods = ["__proto__", "constructor", "toString", "hasOwnProperty", "eval", "token\u0000", "ui.nothing"];
    const calls = methods.map((m) => ({ i: `method ${m}`, m, p: undefined }));
    const params = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
    const dialogs = ["ui.title", "ui.toast", "ui.confirm"].map((m) => ({ i: `params ${m}`, m, p: params }));
    const inherited = { i: "inherited", m: "ui.title", p: Object.create({ text: "inherited" }) };
    const strange = [null, 1, "call", [], { i: 1, m: "token" }, { m: "token" }, { i: "x".repeat(65), m: "token" }, { ev: "closed" }];
    return window.forging.callRaw([...strange, ...calls, ...dialogs, inherited]);
  },
};
