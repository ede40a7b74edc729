import { city } from '/sdk/v1/onecity.js';
import { el, icon } from '../dom.js';
import { face } from '../face.js';
import { keyring, newKey } from '../keys.js';
import { createShare, createSignature, listLicences } from '../licences-api.js';
import { busy, empty, heading } from '../parts.js';
import { explain, local, word } from '../words.js';

const MINUTES = 10;

/** Another service asks: to see a licence, or for a signature. The resident decides; the answer goes back by the app. */
export const asked = {
  pattern: /^\/asked$/,
  title: () => word(city.context.launch.intent?.name === 'sign' ? 'signTitle' : 'askedTitle'),
  async load(_, signal) {
    const intent = city.context.launch.intent ?? null;
    const wanted = intent?.payload?.type;
    const items = intent?.name === 'showLicence' ? await listLicences(signal) : [];
    return { intent, items: wanted ? items.filter(({ kind }) => kind === wanted) : items };
  },
  view({ intent, items }) {
    if (intent?.name === 'showLicence') return licenceView(intent, items);
    if (intent?.name === 'sign') return signView(intent);
    return [heading(word('askedTitle')), empty('alert', word('nothingAsked'))];
  },
};

const asker = (intent, title) =>
  el('header', { class: 'asker' }, el('p', { class: 'muted' }, word('asks', { whom: local(intent.from.name) })), heading(title));

function licenceView(intent, items) {
  const title = word('askedLicence');
  if (items.length === 0) return [asker(intent, title), el('div', { class: 'section' }, empty('wallet', word('noSuchLicence'))), leaveButton()];
  let chosen = items[0];
  const whole = el('input', { type: 'checkbox', 'data-testid': 'whole' });
  const give = async () => {
    const wish = { recipient: intent.from.id, recipient_name: local(intent.from.name), purpose: textOf(intent.payload?.purpose) || word('noPurpose'), whole_number: whole.checked, minutes: MINUTES };
    const made = await createShare(chosen.id, wish, keyFor([chosen.id, wish]));
    await city.intents.finish({
      type: made.kind,
      name: made.holder,
      number: made.number,
      whole: made.whole_number,
      code: made.reference,
      expires_at: made.expires_at,
    });
  };
  const keyFor = keyring();
  return [
    asker(intent, title),
    purposeBox(word('purpose'), textOf(intent.payload?.purpose) || word('noPurpose')),
    el('div', { class: 'wallet section', role: 'radiogroup', 'aria-label': word('choose') }, items.map((item, place) => choice(item, place === 0, () => {
      chosen = item;
    }))),
    el('label', { class: 'tick card section' }, whole, el('span', {}, word('wholeNumber'))),
    ...answerButtons(word('agree'), give, word('givenFor', { n: MINUTES })),
  ];
}

const choice = (item, first, take) =>
  el(
    'label',
    { class: 'choice' },
    el('input', { type: 'radio', name: 'licence', checked: first, onchange: take, 'data-testid': `choose-${item.kind}` }),
    face(item),
  );

function signView(intent) {
  const { title, digest } = intent.payload ?? {};
  const key = newKey();
  const sign = async () => {
    const made = await createSignature({ recipient: intent.from.id, title: textOf(title), digest: textOf(digest) }, key);
    await city.intents.finish({ signed: true, digest: made.digest, at: made.signed_at, code: made.reference });
  };
  return [
    asker(intent, word('askedSign')),
    purposeBox(word('signWhat'), textOf(title)),
    el('details', { class: 'card section' }, el('summary', {}, word('digest')), el('code', { class: 'code' }, textOf(digest))),
    ...answerButtons(word('sign'), sign, word('signNote')),
  ];
}

const purposeBox = (name, text) => el('div', { class: 'card section purpose' }, el('span', { class: 'muted' }, name), el('b', {}, text));

function answerButtons(text, work, lead) {
  const note = el('div', { class: 'note', role: 'alert' });
  const button = el('button', { class: 'button primary wide', type: 'button', 'data-testid': 'agree' }, icon('check'), text);
  const answer = async () => {
    note.replaceChildren();
    try {
      await work();
    } catch (error) {
      note.replaceChildren(el('p', {}, explain(error)));
    }
  };
  button.addEventListener('click', () => busy(button, answer));
  return [note, el('div', { class: 'stack section' }, el('p', { class: 'muted' }, lead), button, leaveButton())];
}

/** The resident says no: the asker is told that they left. */
const leaveButton = () =>
  el('button', { class: 'button wide', type: 'button', onclick: () => city.ui.close().catch(() => {}), 'data-testid': 'refuse' }, word('refuse'));

/** What another service sent is its own text: anything else is shown as nothing. */
const textOf = (value) => (typeof value === 'string' ? value.trim().slice(0, 100) : '');
