import { watchEffect } from 'vue';
import { useRoute } from 'vue-router';
import { isMessageKey, t } from '@/i18n';
import { inbox } from './inbox';

/** The document's title and the app's badge follow the page and the unread count. */
export function useTitle(): void {
  const route = useRoute();
  watchEffect(() => {
    document.title = titleFor(String(route.name ?? ''), inbox.unread);
  });
  watchEffect(() => badge(inbox.unread));
}

export function titleFor(page: string, unread: number): string {
  const key = `${page}.title`;
  const name = isMessageKey(key) && !t(key).includes('{') ? `${t(key)} · ${t('app.name')}` : t('app.name');
  return unread > 0 ? `(${unread}) ${name}` : name;
}

interface Badge {
  setAppBadge?: (count: number) => Promise<void>;
}

/** Where the system shows a number on the app's icon. A refusal is no matter: the tab bar shows it too. */
function badge(count: number): void {
  (navigator as Badge).setAppBadge?.(count).catch(() => undefined);
}
