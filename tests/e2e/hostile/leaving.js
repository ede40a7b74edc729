// Ways to get out of the frame. `to` is where it would take the resident.
const clicked = (attributes) => {
  const element = document.createElement("a");
  Object.assign(element, attributes);
  document.body.append(element);
  element.click();
};
const submitted = (action, target) => {
  const form = Object.assign(document.createElement("form"), { action, target });
  document.body.append(form);
  form.submit();
};

const exits = {
  "top-location": (to) => void (top.location = to),
  "top-location-href": (to) => void (top.location.href = to),
  "top-location-replace": (to) => top.location.replace(to),
  "parent-location": (to) => void (parent.location = to),
  "parent-hash": (to) => void (parent.location = `${to}#/forged`),
  "link-to-top": (to) => clicked({ href: to, target: "_top" }),
  "link-to-parent": (to) => clicked({ href: to, target: "_parent" }),
  "form-to-top": (to) => submitted(to, "_top"),
  "open-to-top": (to) => window.open(to, "_top"),
  "open-to-parent": (to) => window.open(to, "_parent"),
  "script-in-top": () => void (top.location = "javascript:document.title='forged'"),
  close: () => top.close(),
};

const windows = {
  open: (to) => window.open(to),
  "open-without-opener": (to) => window.open(to, "_blank", "noopener"),
  "link-to-blank": (to) => clicked({ href: to, target: "_blank" }),
  "form-to-blank": (to) => submitted(to, "_blank"),
};

const modals = {
  alert: () => alert("forged"),
  confirm: () => confirm("forged"),
  prompt: () => prompt("forged"),
  print: () => print(),
  fullscreen: () => document.documentElement.requestFullscreen(),
  "pointer lock": () => document.documentElement.requestPointerLock(),
};

const attempt = async (way, to) => {
  try {
    const got = await way(to);
    return { got: got === undefined || got === null ? null : String(got) };
  } catch (error) {
    return { stopped: error.name };
  }
};

window.leaving = {
  exits: Object.keys(exits),
  exit: (name, to) => attempt(exits[name], to),
  openWindows: (to) => Promise.all(Object.values(windows).map((way) => attempt(way, to))),
  showModals: async () => Object.fromEntries(await Promise.all(Object.entries(modals).map(async ([name, way]) => [name, await attempt(way)]))),
  goBack: (steps) => history.go(-steps),
};
