import { withdrawConsent } from '@/api/consents';
import type { ServiceName } from '@/api/types';
import { localised, t } from '@/i18n';
import { describe } from '@/i18n/problems';
import { confirm } from './dialog';
import { toast } from './toast';

/** Asks, withdraws, says so, and then does what the page needs done. */
export function useWithdrawal(done: (service: string) => unknown): {
  withdraw: (service: ServiceName) => Promise<void>;
} {
  async function withdraw(service: ServiceName): Promise<void> {
    const sure = await confirm({
      title: t('service.withdraw'),
      message: t('service.withdraw-ask', { name: localised(service.name) }),
      ok: t('service.withdraw'),
    });
    if (!sure) return;
    try {
      await withdrawConsent(service.id);
      toast(t('service.withdrawn'));
      await done(service.id);
    } catch (error) {
      toast(describe(error));
    }
  }

  return { withdraw };
}
