/** Whom a licence can be shared with by hand; services that ask by an intent name themselves. */
export const RECIPIENTS = [
  { id: 'gov-services', name: { 'zh-CN': '市政务服务中心', en: 'Government Services Centre' } },
  { id: 'social-security', name: { 'zh-CN': '市人力资源和社会保障局', en: 'Human Resources and Social Security Bureau' } },
  { id: 'public-security', name: { 'zh-CN': '市公安局', en: 'Public Security Bureau' } },
];

export const recipientName = (id) => RECIPIENTS.find((each) => each.id === id)?.name;
