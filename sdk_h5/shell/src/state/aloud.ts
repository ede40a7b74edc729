/** Reading aloud, where the browser has a voice for the language of the page. */
import { type ComputedRef, computed, onScopeDispose, type Ref, ref, shallowRef } from 'vue';
import { type Locale, preferences } from './preferences';

const CALM = 0.9;

export interface Aloud {
  /** Whether there is a voice; it may come a moment after the page. */
  able: ComputedRef<boolean>;
  reading: Ref<boolean>;
  toggle: () => void;
}

export function useAloud(text: () => string, speech: SpeechSynthesis | undefined = window.speechSynthesis): Aloud {
  const voices = shallowRef<SpeechSynthesisVoice[]>([]);
  const reading = ref(false);
  const voice = computed(() => voiceFor(preferences.locale, voices.value));

  function look(): void {
    voices.value = speech?.getVoices() ?? [];
  }

  function toggle(): void {
    if (reading.value) stop();
    else start();
  }

  function start(): void {
    if (!speech || !voice.value) return;
    speech.cancel();
    speech.speak(utterance(text(), voice.value, stop));
    reading.value = true;
  }

  function stop(): void {
    if (!reading.value) return;
    reading.value = false;
    speech?.cancel();
  }

  look();
  speech?.addEventListener?.('voiceschanged', look);
  onScopeDispose(() => {
    speech?.removeEventListener?.('voiceschanged', look);
    stop();
  });
  return { able: computed(() => voice.value !== undefined), reading, toggle };
}

function utterance(text: string, voice: SpeechSynthesisVoice, ended: () => void): SpeechSynthesisUtterance {
  const said = new SpeechSynthesisUtterance(text);
  said.voice = voice;
  said.lang = voice.lang;
  said.rate = CALM;
  said.onend = ended;
  said.onerror = ended;
  return said;
}

/** Mandarin for Chinese: a voice of `zh-HK` speaks Cantonese. */
export function voiceFor<T extends Pick<SpeechSynthesisVoice, 'lang'>>(
  locale: Locale,
  voices: readonly T[],
): T | undefined {
  const wanted = locale === 'en' ? /^en\b/ : /^(zh|cmn)(-Hans)?(-CN)?$/;
  return voices.find(({ lang }) => wanted.test(lang.replaceAll('_', '-')));
}
