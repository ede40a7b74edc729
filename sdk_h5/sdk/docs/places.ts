import type { Places } from './page.js';

const OFFERED = 'where the app offers it; `canUse` says so';
const NOBODY = 'no, nobody is signed in there: `NOT_IN_HOST`, or `UNSUPPORTED` where the page asked for the adapter';

/** Needs a resident who is signed in: in the app, or in a native one. */
export const IN_THE_APP: Places = { app: 'yes', native: OFFERED, wechat: NOBODY, browser: NOBODY };

/** Needs a modal dialog of the browser's own where no app is. */
export const DIALOG: Places = {
  app: 'yes',
  native: OFFERED,
  wechat: 'drawn on the page, in browsers since 2022',
  browser: 'drawn on the page, in browsers since 2022',
};

/** Drawn by the adapter where no app is. */
export const DRAWN: Places = { app: 'yes', native: OFFERED, wechat: 'drawn on the page', browser: 'drawn on the page' };

/** The page does it by itself, wherever it is. */
export const BY_THE_PAGE: Places = {
  app: 'yes, by the page itself',
  native: 'yes, by the page itself, as far as the web view opens a picker',
  wechat: 'yes, by the page itself',
  browser: 'yes, by the page itself',
};

export const elsewhere = (native: string, wechat: string, browser: string): Places => ({
  app: 'yes',
  native,
  wechat,
  browser,
});

export const offered = OFFERED;
