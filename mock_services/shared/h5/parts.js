import { el, icon } from './dom.js';
import { explain, word } from './words.js';

/** The heading that gets the focus when its screen appears. */
export const heading = (text, attributes = {}) => el('h1', { tabindex: '-1', ...attributes }, text);

export const backLink = (href, text) => el('a', { class: 'back', href }, icon('back'), text);

export const skeleton = () =>
  el(
    'div',
    { class: 'skeleton', role: 'status' },
    el('span'),
    el('span'),
    el('span'),
    el('span'),
    el('b', { class: 'hidden-text' }, word('loading')),
  );

export const empty = (shape, text, action) => el('div', { class: 'message card' }, icon(shape), el('p', {}, text), action);

/** What went wrong in words, the reference to quote, and the way to try again. */
export const failure = (error, retry) =>
  el(
    'div',
    { class: 'message bad card', role: 'alert' },
    icon('alert'),
    el('p', {}, explain(error)),
    error.reference && el('p', { class: 'muted' }, `${word('reference')} ${error.reference}`),
    el('button', { class: 'button', type: 'button', onclick: retry, 'data-testid': 'retry' }, word('retry')),
  );

/** Runs what a button does, once at a time, and shows that it is busy. */
export async function busy(button, work) {
  if (button.disabled) return;
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
  } finally {
    button.disabled = false;
    button.removeAttribute('aria-busy');
  }
}
