import { city } from '/sdk/v1/onecity.js';

const ZH = {
  loading: '正在加载…',
  retry: '重试',
  reference: '编号',
  home: '调用演示',
  homeLead: '逐个试用 SDK 的方法：示例、结果、错误和用时。',
  usable: '可用',
  run: '运行示例',
  running: '正在运行…',
  example: '示例代码',
  result: '结果',
  error: '错误',
  since: '自 {since}',
  deadline: '{n} 秒内答复',
  noDeadline: '等待市民操作',
  events: '事件',
  eventsLead: 'App 告诉本页的变化：主题、语言、长辈版、前后台……',
  noEvents: '还没有收到事件。切换主题或语言试试。',
  refresh: '刷新',
};

const EN = {
  loading: 'Loading…',
  retry: 'Try again',
  reference: 'Reference',
  home: 'SDK playground',
  homeLead: 'Try each method: its example, result, errors and time.',
  usable: 'Usable',
  run: 'Run the example',
  running: 'Running…',
  example: 'The example',
  result: 'Result',
  error: 'Error',
  since: 'Since {since}',
  deadline: 'answers within {n} s',
  noDeadline: 'waits for the resident',
  events: 'Events',
  eventsLead: 'What the app tells this page: theme, language, elder mode, shown and hidden…',
  noEvents: 'Nothing yet. Switch theme or language.',
  refresh: 'Refresh',
};

const PROBLEMS_ZH = {
  'method-unknown': 'SDK 没有这个方法。',
  'consent-needed': '需要您先同意授权，请返回后重新打开服务。',
  NOT_IN_HOST: '请在城市 App 中打开这个服务。',
  HOST_SILENT: '没有连上 App，请返回后重新打开。',
  NETWORK: '网络不通，请检查后重试。',
  TIMEOUT: '等待太久，请重试。',
  other: '出了点问题，请重试。',
};

const PROBLEMS_EN = {
  'method-unknown': 'The SDK has no such method.',
  'consent-needed': 'Your consent is needed: go back and open the service again.',
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
