import { announce } from '../announce.js';
import { minute } from '../dates.js';
import { el } from '../dom.js';
import { face } from '../face.js';
import { keyring } from '../keys.js';
import { createShare, getLicence } from '../licences-api.js';
import { backLink, busy, heading } from '../parts.js';
import { qrCode } from '../qr.js';
import { RECIPIENTS, recipientName } from '../recipients.js';
import { explain, local, word } from '../words.js';

const DAY = 24 * 60;
const SPANS = [60, DAY, 7 * DAY, 30 * DAY];

/** Lets a department see a licence for a time: whom, what for, how much of it, how long. */
export const share = {
  pattern: /^\/licences\/(?<id>[\w-]+)\/share$/,
  title: () => word('share'),
  async load({ id }, signal) {
    return { licence: await getLicence(id, signal), made: null };
  },
  view: (data, tools) => (data.made ? madeView(data) : formView(data, tools)),
};

function formView({ licence }, { redraw, signal }) {
  const note = el('div', { class: 'note', role: 'alert' });
  const [whom, span] = [select('whom', RECIPIENTS.map(({ id, name }) => [id, local(name)])), select('span', SPANS.map((minutes) => [minutes, spanName(minutes)]))];
  const purpose = el('input', { maxlength: '100', required: true, 'data-testid': 'purpose', placeholder: word('purposeHint') });
  const whole = el('input', { type: 'checkbox', 'data-testid': 'whole' });
  const keyFor = keyring();
  const give = async () => {
    note.replaceChildren();
    const wish = { recipient: whom.value, recipient_name: local(recipientName(whom.value)), purpose: purpose.value.trim(), whole_number: whole.checked, minutes: Number(span.value) };
    try {
      const made = await createShare(licence.id, wish, keyFor(wish));
      announce(word('shared'));
      if (!signal.aborted) redraw({ licence, made });
    } catch (error) {
      note.replaceChildren(el('p', {}, explain(error)));
    }
  };
  const button = el('button', { class: 'button primary wide', 'data-testid': 'give' }, word('give'));
  const form = el(
    'form',
    { class: 'form section' },
    field(word('whom'), whom),
    field(word('purpose'), purpose),
    field(word('howLong'), span),
    el('label', { class: 'tick' }, whole, el('span', {}, word('wholeNumber'))),
    note,
    button,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(button, give);
  });
  return [backLink(`#/licences/${licence.id}`, local(licence.name)), heading(word('share')), el('p', { class: 'muted' }, word('shareLead')), el('div', { class: 'section' }, face(licence)), form];
}

const madeView = ({ licence, made }) => [
  backLink(`#/licences/${licence.id}`, local(licence.name)),
  heading(word('shared')),
  el('p', { class: 'muted' }, word('sharedLead', { whom: local(recipientName(made.recipient)), time: minute(made.expires_at) })),
  el('div', { class: 'showing card section' }, qrCode(made.reference, word('referenceLabel')), el('code', { class: 'code', 'data-testid': 'reference' }, made.reference)),
  el('a', { class: 'button wide spaced', href: '#/shares' }, word('shares')),
];

const select = (testid, options) =>
  el('select', { 'data-testid': testid }, options.map(([value, name]) => el('option', { value }, name)));

const field = (name, control) => el('label', { class: 'field-stack' }, el('span', {}, name), control);

const spanName = (minutes) => (minutes < DAY ? word('hours', { n: minutes / 60 }) : word('days', { n: minutes / DAY }));
