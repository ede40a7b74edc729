import { city } from '/sdk/v1/onecity.js';

const ZH = {
  loading: '正在加载…',
  retry: '重试',
  reference: '编号',
  back: '返回',
  home: '社保公积金',
  homeLead: '只显示您本人的记录',
  social: '社会保险',
  fund: '住房公积金',
  fundBalance: '账户余额',
  paid: '已缴 {n} 个月',
  months: '{n} 个月',
  employer: '单位',
  account: '账号',
  monthly: '月缴存额',
  pension: '每月养老金',
  status: '状态',
  status_active: '正常参保',
  status_retired: '已退休',
  fund_active: '正常缴存',
  fund_closed: '已销户',
  details: '查看明细',
  socialRecords: '社保明细',
  fundRecords: '公积金明细',
  year: '年份',
  benefit: '养老金发放',
  base: '缴费基数',
  own: '个人缴纳',
  deposit: '缴存',
  interest: '结息',
  withdrawal: '提取',
  balance: '余额',
  more: '更多',
  noMore: '没有更多了',
  noRecords: '这一年没有记录。',
  asOf: '截至 {time}',
  shown: '已显示 {n} 条',
};

const EN = {
  loading: 'Loading…',
  retry: 'Try again',
  reference: 'Reference',
  back: 'Back',
  home: 'Social security and housing fund',
  homeLead: 'Only your own records are shown',
  social: 'Social insurance',
  fund: 'Housing fund',
  fundBalance: 'Balance',
  paid: '{n} months paid',
  months: '{n} months',
  employer: 'Employer',
  account: 'Account',
  monthly: 'Monthly deposit',
  pension: 'Monthly pension',
  status: 'Status',
  status_active: 'Insured',
  status_retired: 'Retired',
  fund_active: 'Active',
  fund_closed: 'Closed',
  details: 'Show records',
  socialRecords: 'Insurance records',
  fundRecords: 'Fund records',
  year: 'Year',
  benefit: 'Pension paid out',
  base: 'Base',
  own: 'You paid',
  deposit: 'Deposit',
  interest: 'Interest',
  withdrawal: 'Withdrawal',
  balance: 'Balance',
  more: 'More',
  noMore: 'That is all',
  noRecords: 'No records in this year.',
  asOf: 'As of {time}',
  shown: '{n} shown',
};

const PROBLEMS_ZH = {
  'no-records': '没有查到您的记录。如在上海工作过，请到区事务受理中心核对。',
  'identity-needed': '需要您同意提供身份证号才能查询。',
  'level-too-low': '查询前需要先完成实名认证。',
  'step-up-needed': '查询前需要先完成实名认证。',
  'consent-needed': '需要您先同意授权，请返回后重新打开服务。',
  'scope-missing': '您没有同意查询这一项。',
  'session-ended': '登录已失效，请重新登录。',
  'upstream-unreachable': '查询系统暂时连不上，请稍后再试。',
  'upstream-timeout': '查询系统响应太慢，请稍后再试。',
  NOT_IN_HOST: '请在城市 App 中打开这个服务。',
  HOST_SILENT: '没有连上 App,请返回后重新打开。',
  NETWORK: '网络不通，请检查后重试。',
  TIMEOUT: '等待太久，请重试。',
  other: '出了点问题，请重试。',
};

const PROBLEMS_EN = {
  'no-records': 'There are no records on you. If you worked in Shanghai, ask at your district centre.',
  'identity-needed': 'Your consent to the identity number is needed to look this up.',
  'level-too-low': 'Prove your identity first.',
  'step-up-needed': 'Prove your identity first.',
  'consent-needed': 'Your consent is needed: go back and open the service again.',
  'scope-missing': 'You did not consent to this part.',
  'session-ended': 'You are signed out. Please sign in again.',
  'upstream-unreachable': 'The records cannot be reached. Please try later.',
  'upstream-timeout': 'The records are too slow. Please try later.',
  NOT_IN_HOST: 'Please open this service in the city app.',
  HOST_SILENT: 'The app did not answer. Please open the service again.',
  NETWORK: 'No network. Please check and try again.',
  TIMEOUT: 'That took too long. Please try again.',
  other: 'Something went wrong. Please try again.',
};

export const locale = () => city.context?.locale ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en');

const chinese = () => locale() === 'zh-CN';

/** A word of this page; `{name}` in it is filled from `values`. */
export function word(key, values = {}) {
  const pattern = (chinese() ? ZH : EN)[key];
  return pattern.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** A text that came in both languages. */
export const local = (text) => text[locale()] ?? text['zh-CN'];

/** What a failed call means to a resident. */
export function explain(error) {
  const problems = chinese() ? PROBLEMS_ZH : PROBLEMS_EN;
  return problems[error.code] ?? problems.other;
}
