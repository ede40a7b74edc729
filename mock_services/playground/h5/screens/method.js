import { announce } from '../announce.js';
import { el, icon } from '../dom.js';
import { run, shown, told } from '../outcome.js';
import { backLink, busy, heading } from '../parts.js';
import { find, plain } from '../table.js';
import { local, word } from '../words.js';
import { usable } from './methods.js';

/** One method: what it does, its documented examples, and what comes of running them here. */
export const method = {
  pattern: /^\/methods\/(?<name>[\w.]+)$/,
  title: ({ name }) => name,
  async load({ name }) {
    const found = await find(name);
    if (!found) throw Object.assign(new Error(name), { code: 'method-unknown' });
    return found;
  },
  view: (data) => [
    backLink('#/', word('home')),
    el('div', { class: 'split' }, heading(data.name), usable(data.name)),
    el('p', {}, plain(local(data.does))),
    el('p', { class: 'muted' }, terms(data)),
    ...data.examples.map(example),
  ],
};

const terms = ({ since, seconds }) => `${word('since', { since })} · ${seconds ? word('deadline', { n: seconds }) : word('noDeadline')}`;

function example({ id, words, source }) {
  const outcome = el('div', { role: 'status', 'data-testid': `outcome-${id}` });
  const button = el('button', { class: 'button primary wide', type: 'button', 'data-testid': `run-${id}` }, icon('play'), word('run'));
  button.addEventListener('click', () => busy(button, () => runAndShow(id, outcome)));
  return el(
    'section',
    { class: 'section stack' },
    words && el('h2', {}, local(words)),
    el('pre', { class: 'source card', role: 'group', tabindex: '0', 'aria-label': word('example') }, el('code', {}, source)),
    button,
    outcome,
  );
}

async function runAndShow(id, place) {
  place.dataset.state = 'running';
  place.replaceChildren(el('p', { class: 'muted' }, word('running')));
  const outcome = await run(id);
  place.dataset.state = outcome.ok ? 'result' : 'error';
  place.replaceChildren(outcome.ok ? resultCard(outcome) : errorCard(outcome));
  announce(word(outcome.ok ? 'result' : 'error'));
}

const card = (tone, title, ms, ...inside) =>
  el(
    'div',
    { class: `outcome card ${tone}` },
    el('div', { class: 'split' }, el('b', {}, title), el('span', { class: 'muted' }, `${ms} ms`)),
    ...inside,
  );

const resultCard = ({ result, ms }) =>
  card('good', word('result'), ms, el('pre', { role: 'group', tabindex: '0', 'aria-label': word('result') }, el('code', {}, shown(result))));

const errorCard = ({ error, ms }) =>
  card(
    'bad',
    word('error'),
    ms,
    el('dl', { class: 'told' }, told(error).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', { 'data-member': name }, String(value))))),
  );
