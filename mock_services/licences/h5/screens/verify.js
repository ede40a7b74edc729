import { city } from '/sdk/v1/onecity.js';
import { announce } from '../announce.js';
import { minute } from '../dates.js';
import { el, icon } from '../dom.js';
import { details, face, until } from '../face.js';
import { newKey } from '../keys.js';
import { verifyCode } from '../licences-api.js';
import { backLink, busy, heading } from '../parts.js';
import { explain, word } from '../words.js';

const PREFIX = 'onecity-licence:';

/** For the one at the window: reads the code that somebody shows, and says whether the licence is real. */
export const verify = {
  pattern: /^\/verify$/,
  title: () => word('verify'),
  load: () => Promise.resolve(null),
  view: (seen, tools) => [backLink('#/', word('home')), heading(word('verify')), ...(seen ? result(seen, tools) : form(tools))],
};

function form({ redraw, signal }) {
  const note = el('div', { class: 'note', role: 'alert' });
  const typed = el('input', { 'data-testid': 'typed-code', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' });
  const check = async (text) => {
    note.replaceChildren();
    try {
      const seen = await verifyCode(text.trim().replace(PREFIX, ''), newKey());
      announce(word('genuine'));
      if (!signal.aborted) redraw(seen);
    } catch (error) {
      note.replaceChildren(el('p', {}, explain(error)));
    }
  };
  const byHand = el('button', { class: 'button wide', 'data-testid': 'check' }, word('check'));
  const typing = el('form', { class: 'form section' }, el('label', { class: 'field-stack' }, el('span', {}, word('typedCode')), typed), byHand);
  typing.addEventListener('submit', (event) => {
    event.preventDefault();
    if (typed.value.trim()) busy(byHand, () => check(typed.value));
  });
  return [el('p', { class: 'muted' }, word('verifyLead')), city.canUse('scan').ok && scanButton(check, note), note, typing].filter(Boolean);
}

function scanButton(check, note) {
  const scan = async () => {
    try {
      const found = await city.scan();
      if (found) await check(found.text);
    } catch (error) {
      note.replaceChildren(el('p', {}, explain(error)));
    }
  };
  const button = el('button', { class: 'button primary wide spaced', type: 'button', 'data-testid': 'scan' }, icon('scan'), word('scan'));
  button.addEventListener('click', () => busy(button, scan));
  return button;
}

const result = (seen, { reload }) => [
  el('div', { class: `verdict ${seen.validity === 'expired' ? 'bad' : 'good'}` }, icon(seen.validity === 'expired' ? 'alert' : 'check'), el('b', { 'data-testid': 'verdict' }, word(seen.validity === 'expired' ? 'genuineExpired' : 'genuine'))),
  el('div', { class: 'section' }, face(seen)),
  el('div', { class: 'section' }, details([[word('validUntil'), until(seen)], [word('checkedAt'), minute(seen.checked_at)]])),
  el('button', { class: 'button wide spaced', type: 'button', onclick: reload }, word('another')),
];
