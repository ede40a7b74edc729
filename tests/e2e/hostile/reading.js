// What it would like to read. Each attempt gives what it got, or the name of the error that stopped it.
const tried = async (attempt) => {
  try {
    return { got: (await attempt()) ?? null };
  } catch (error) {
    return { stopped: error.name };
  }
};

const ofTheShell = {
  document: () => parent.document,
  "top document": () => top.document,
  "a window's name": () => parent.name,
  address: () => parent.location.href,
  history: () => parent.history.length,
  localStorage: () => parent.localStorage.length,
  sessionStorage: () => parent.sessionStorage.length,
  cookieStore: () => parent.cookieStore.getAll(),
  caches: () => parent.caches.keys(),
  fetch: () => parent.fetch("/api/v1/account"),
  eval: () => parent.eval("1"),
};

const ofItself = {
  cookies: () => document.cookie,
  cookieStore: async () => (await cookieStore.getAll()).map(({ name }) => name),
  localStorage: () => ({ ...localStorage }),
  sessionStorage: () => ({ ...sessionStorage }),
  databases: async () => (await indexedDB.databases()).map(({ name }) => name),
  caches: () => caches.keys(),
  referrer: () => document.referrer,
  "its own frame": () => window.frameElement,
  "its window's name": () => window.name,
};

const readAll = async (attempts) =>
  Object.fromEntries(await Promise.all(Object.entries(attempts).map(async ([name, each]) => [name, await tried(each)])));

window.reading = {
  shell: () => readAll(ofTheShell),
  self: () => readAll(ofItself),

  /** Another origin of the city, in every way there is. */
  other: (origin, path) =>
    readAll({
      fetch: async () => (await fetch(origin + path)).text(),
      "fetch with cookies": async () => (await fetch(origin + path, { credentials: "include" })).text(),
      "fetch without looking": async () => (await fetch(origin + path, { mode: "no-cors" })).type,
      XMLHttpRequest: () =>
        new Promise((resolve, reject) => {
          const request = Object.assign(new XMLHttpRequest(), { onload: () => resolve(request.responseText) });
          request.onerror = () => reject(new TypeError());
          request.open("GET", origin + path);
          request.send();
        }),
      frame: async () => (await framed(origin + path)).contentDocument.body.textContent,
      "a script's content": () =>
        new Promise((resolve, reject) => {
          const element = Object.assign(document.createElement("script"), { src: origin + path });
          Object.assign(element, { onload: () => resolve("loaded"), onerror: () => reject(new TypeError()) });
          document.head.append(element);
        }),
      "a relaxed domain": () => {
        document.domain = "localhost";
        return parent.document.title;
      },
    }),

  /** Cookies that would take the place of the shell's, were they ever sent there. */
  plantCookies(port) {
    const names = ["__Host-onecity_session", "onecity_session", "planted"];
    const places = ["", "; Path=/; Secure", "; Domain=localhost; Path=/", `; Domain=localhost:${port}`, "; Domain=.localhost; Path=/"];
    for (const name of names) for (const place of places) document.cookie = `${name}=${"p".repeat(43)}${place}`;
  },

  /** What another page of the city says where anybody may listen. */
  async overhear(milliseconds) {
    const heard = [];
    const channel = new BroadcastChannel("onecity");
    channel.onmessage = ({ data }) => heard.push(data);
    addEventListener("storage", ({ key }) => heard.push(key));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return heard;
  },
};

function framed(src) {
  return new Promise((resolve) => {
    const frame = Object.assign(document.createElement("iframe"), { src, onload: () => resolve(frame) });
    document.body.append(frame);
  });
}
