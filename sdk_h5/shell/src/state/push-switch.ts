import { type Ref, ref } from 'vue';
import { t } from '@/i18n';
import { describe } from '@/i18n/problems';
import { disablePush, enablePush, pushIsOn } from './push';
import { toast } from './toast';

/** The notifications switch of the settings, in step with what the browser really does. */
export function usePushSwitch(): { on: Ref<boolean>; busy: Ref<boolean>; change: (on: boolean) => Promise<void> } {
  const on = ref(false);
  const busy = ref(false);

  async function look(): Promise<void> {
    on.value = await pushIsOn();
  }

  async function change(wanted: boolean): Promise<void> {
    busy.value = true;
    try {
      toast(await turned(wanted));
    } catch (error) {
      toast(describe(error));
    }
    await look();
    busy.value = false;
  }

  void look();
  return { on, busy, change };
}

async function turned(wanted: boolean): Promise<string> {
  if (wanted) return t(`push.${await enablePush()}`);
  await disablePush();
  return t('push.off');
}
