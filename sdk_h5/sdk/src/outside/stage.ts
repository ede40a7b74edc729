import { localeOf } from './words.js';

/** Sizes follow the reader's own text size; colours are the system's, so dark and forced colours come by themselves. */
const STYLES = `
:host{all:initial;font:medium/1.5 system-ui,sans-serif;color-scheme:light dark}
.toast,.loading,.banner{position:fixed;z-index:2147483647;left:0;right:0;bottom:0;display:grid;gap:8px;place-content:center}
.toast{bottom:16%;pointer-events:none}
.loading{top:0}
p:empty,[hidden]{display:none}
span,button,a,dialog,.banner{padding:12px 20px;border-radius:12px;border:0;background:Canvas;color:CanvasText}
span{background:#1d2837;color:#fff;margin:0 7vw;overflow-wrap:anywhere}
.banner{grid-auto-flow:column;border-top:1px solid GrayText;border-radius:0}
dialog{width:min(22em,86vw);box-sizing:border-box;padding:20px}
dialog::backdrop{background:rgb(15 25 40/50%)}
dialog,.choices{gap:8px}
dialog[open],.choices{display:grid}
h2,p{margin:0;font-size:1em;overflow-wrap:anywhere}
button,a{font:inherit;min-height:48px;box-sizing:border-box;border:1px solid GrayText;text-align:center;text-decoration:none}
.main{background:#1565d8;color:#fff}
.danger{color:light-dark(#c22f2f,#ff9d94)}
:focus-visible{outline:3px solid #3b82f6;outline-offset:2px}
video{width:100%}
`;

/** Where the adapter draws: apart from the page, so that neither's styles reach the other. */
export interface Stage {
  window: Window & typeof globalThis;
  /** Puts an element on the stage. */
  show<T extends Element>(element: T): T;
}

/** No style attribute and no style element: a page's content security policy allows neither. */
export function createStage(window: Window & typeof globalThis): Stage {
  const { document } = window;
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  // Where the sheet below cannot be had, what is drawn stands plain at the foot of the page, and is seen.
  host.style.cssText = 'position:fixed;z-index:2147483647;left:0;bottom:0;right:0';
  try {
    const sheet = new window.CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    host.style.cssText = '';
  } catch {
    // An old browser: its own look of these elements has to do.
  }
  return {
    window,
    show(element) {
      host.lang = localeOf(window);
      if (!host.isConnected) document.body.append(host);
      root.append(element);
      return element;
    },
  };
}

/** An element with a class and a text, in that order. */
export function make<K extends keyof HTMLElementTagNameMap>(
  { window }: Stage,
  tag: K,
  look = '',
  words = '',
): HTMLElementTagNameMap[K] {
  const element = window.document.createElement(tag);
  if (look) element.className = look;
  element.textContent = words;
  return element;
}
