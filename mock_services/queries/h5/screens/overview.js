import { el, icon } from '../dom.js';
import { minute, money } from '../format.js';
import { empty, failure, heading } from '../parts.js';
import { getHousingFund, getSocialInsurance } from '../records-api.js';
import { explain, local, word } from '../words.js';

/** Two cards: social insurance and housing fund; one may fail without the other. */
export const overview = {
  pattern: /^\/$/,
  title: () => word('home'),
  async load(_, signal) {
    const [social, fund] = await Promise.allSettled([getSocialInsurance(signal), getHousingFund(signal)]);
    if (social.status === 'rejected' && fund.status === 'rejected' && social.reason.code !== 'no-records') throw social.reason;
    return { social, fund };
  },
  view: ({ social, fund }, { reload }) => [
    el('header', {}, heading(word('home')), el('p', { class: 'muted' }, word('homeLead'))),
    section(word('social'), social, socialCard, reload),
    section(word('fund'), fund, fundCard, reload),
  ],
};

const section = (name, { status, value, reason }, card, reload) =>
  el('section', { class: 'section' }, el('h2', {}, name), status === 'fulfilled' ? card(value) : without(reason, reload));

const without = (error, reload) =>
  error.code === 'no-records' ? empty('wallet', explain(error)) : failure(error, reload);

const socialCard = (social) =>
  el(
    'div',
    { class: 'card account', 'data-testid': 'social-balance' },
    el('ul', { class: 'balances' }, social.accounts.map(insurance)),
    facts([
      [word('status'), word(`status_${social.status}`)],
      [word('pension'), social.monthly_pension && money(social.monthly_pension)],
      [word('employer'), social.employer],
    ]),
    el('p', { class: 'muted' }, word('asOf', { time: minute(social.as_of) })),
    recordsLink('#/social', 'social-records'),
  );

const insurance = (account) =>
  el(
    'li',
    { 'data-testid': `social-${account.insurance}` },
    el('span', { class: 'name' }, local(account.name), el('span', { class: 'muted' }, local(account.meaning))),
    el('span', { class: 'value' }, el('b', {}, money(account.balance)), el('span', { class: 'muted' }, word('paid', { n: account.months_paid }))),
  );

const fundCard = (fund) =>
  el(
    'div',
    { class: 'card account' },
    el('p', { class: 'muted' }, word('fundBalance')),
    el('strong', { class: 'sum', 'data-testid': 'fund-balance' }, money(fund.balance)),
    facts([
      [word('status'), word(`fund_${fund.status}`)],
      [word('monthly'), fund.status === 'active' && money(fund.monthly_deposit)],
      [word('employer'), fund.employer],
      [word('account'), fund.account],
    ]),
    el('p', { class: 'muted' }, word('asOf', { time: minute(fund.as_of) })),
    recordsLink('#/fund', 'fund-records'),
  );

const facts = (rows) =>
  el('dl', { class: 'facts' }, rows.filter(([, value]) => value).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));

const recordsLink = (href, testid) =>
  el('a', { class: 'button wide', href, 'data-testid': testid }, word('details'), icon('next'));
