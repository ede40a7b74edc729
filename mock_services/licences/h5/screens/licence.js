import { announce } from '../announce.js';
import { day } from '../dates.js';
import { el, icon } from '../dom.js';
import { details, face, until } from '../face.js';
import { newKey } from '../keys.js';
import { createCode, getLicence } from '../licences-api.js';
import { backLink, busy, heading } from '../parts.js';
import { qrCode } from '../qr.js';
import { explain, local, word } from '../words.js';

/** One licence: its card, a code to show it with for a minute, what it says. */
export const licence = {
  pattern: /^\/licences\/(?<id>[\w-]+)$/,
  title: (shown) => local(shown.name),
  load: ({ id }, signal) => getLicence(id, signal),
  view(shown, tools) {
    const place = el('div', { class: 'showing card section' });
    const card = el('div', { class: 'spaced' }, face(shown));
    place.append(...invitation(shown, place, tools));
    return [
      backLink('#/', word('home')),
      heading(local(shown.name), { class: 'hidden-text' }), // The card says it to those who see.
      card,
      shown.whole_number && numberButton(shown, card),
      place,
      el('section', { class: 'section' }, el('h2', {}, word('says')), says(shown)),
      el('a', { class: 'button wide spaced', href: `#/licences/${shown.id}/share`, 'data-testid': 'share' }, word('share')),
    ].filter(Boolean);
  },
};

const says = (shown) =>
  details([
    [word('issuer'), local(shown.issuer)],
    ...shown.facts.map(({ name, value }) => [local(name), local(value)]),
    [word('issued'), day(shown.issued_on)],
    [word('validUntil'), until(shown)],
  ]);

/** Shoulders are near where phones are: the whole number is there for those who ask, and goes again. */
function numberButton(shown, card) {
  const button = el('button', { class: 'button wide spaced', type: 'button', 'data-testid': 'whole-number', 'aria-pressed': 'false' }, word('showNumber'));
  button.addEventListener('click', () => {
    const open = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(open));
    button.textContent = word(open ? 'hideNumber' : 'showNumber');
    card.replaceChildren(face(shown, open ? { number: shown.whole_number } : {}));
    if (open) announce(shown.whole_number);
  });
  return button;
}

function invitation(shown, place, tools) {
  const note = el('div', { class: 'note', role: 'alert' });
  const key = newKey();
  const button = el('button', { class: 'button primary wide', type: 'button', 'data-testid': 'show-code' }, icon('scan'), word('showCode'));
  const show = async () => {
    try {
      showCode(await createCode(shown.id, key), shown, place, tools);
    } catch (error) {
      note.replaceChildren(el('p', {}, explain(error)));
    }
  };
  button.addEventListener('click', () => busy(button, show));
  return [note, button, el('p', { class: 'muted' }, word('showCodeLead'))];
}

function showCode(code, shown, place, { signal }) {
  const left = el('b', { role: 'timer', 'data-testid': 'code-left' });
  const over = Date.now() + code.expires_in * 1000;
  const again = () => place.replaceChildren(el('p', {}, word('codeOver')), ...invitation(shown, place, { signal }));
  const tick = () => {
    const seconds = Math.ceil((over - Date.now()) / 1000);
    left.textContent = word('codeLeft', { n: Math.max(seconds, 0) });
    if (seconds > 0) return;
    clearInterval(timer);
    again();
    announce(word('codeOver'));
  };
  const timer = setInterval(tick, 1000);
  signal.addEventListener('abort', () => clearInterval(timer));
  place.replaceChildren(qrCode(code.text, word('codeLabel')), left, el('p', { class: 'muted' }, word('codeNote')), el('code', { class: 'code', 'data-testid': 'code' }, code.code));
  tick();
  announce(word('codeShown'));
}
