import { withdrawConsent } from '@/api/consents';
import type { ServiceName } from '@/api/types';
import { localised, t } from '@/i18n';
import { describe } from '@/i18n/problems';
import { confirm } from './dialog';
import { toast } from './toast';

/** Asks, withdraws, says so, and then does what the page needs done. `mandate`: whose consent it is, where another's. */
export function useWithdrawal(
  done: (service: string) => unknown,
  mandate: () => string | undefined = () => undefined,
): {
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
      await withdrawConsent(service.id, mandate());
      toast(t('service.withdrawn'));
      await done(service.id);
    } catch (error) {
      toast(describe(error));
    }
  }

  return { withdraw };
}
