import { computed, type Ref, ref } from 'vue';
import { isProblem } from '@/api/client';
import { addRating, findRating, type Grade } from '@/api/ratings';
import { isMessageKey, t } from '@/i18n';
import { describe } from '@/i18n/problems';
import { toast } from './toast';

export const GRADES: readonly Grade[] = [5, 4, 3, 2, 1];
export const MOST_WORDS = 500;

const GOOD = ['fast', 'clear', 'kind', 'easy'];
const BAD = ['slow', 'unclear', 'unkind', 'hard', 'repeated', 'unsolved'];

export const gradeName = (grade: number): string => {
  const key = `rating.grade.${grade}`;
  return isMessageKey(key) ? t(key) : String(grade);
};

/** What one may say of a grade beside it: what was good from the third grade up, what was wrong below. */
export const tagsFor = (grade: Grade): { value: string; text: string }[] =>
  (grade >= 3 ? GOOD : BAD).map((value) => {
    const key = `rating.tag.${value}`;
    return { value, text: isMessageKey(key) ? t(key) : value };
  });

export interface RatingForm {
  grade: Ref<Grade | null>;
  tags: Ref<string[]>;
  text: Ref<string>;
  busy: Ref<boolean>;
  problem: Ref<string>;
  options: Ref<{ value: string; text: string }[]>;
  choose: (grade: Grade | null) => void;
  /** The grade that holds afterwards, which is the old one where there was one; null when it failed. */
  submit: () => Promise<number | null>;
}

/** The grade of one finished event as it is filled in: five grades, once (好差评). */
export function useRating(about: () => { service: string; event: string; title?: string | undefined }): RatingForm {
  const grade = ref<Grade | null>(null);
  const tags = ref<string[]>([]);
  const text = ref('');
  const busy = ref(false);
  const problem = ref('');
  const options = computed(() => (grade.value ? tagsFor(grade.value) : []));

  function choose(chosen: Grade | null): void {
    grade.value = chosen;
    tags.value = [];
    problem.value = '';
  }

  async function submit(): Promise<number | null> {
    if (!grade.value || busy.value) return null;
    busy.value = true;
    problem.value = '';
    try {
      return await send(grade.value);
    } catch (error) {
      problem.value = describe(error);
      return null;
    } finally {
      busy.value = false;
    }
  }

  async function send(chosen: Grade): Promise<number> {
    const { service, event, title } = about();
    const words = text.value.trim();
    const more = {
      ...(title && { title }),
      ...(words && { text: words }),
      ...(tags.value.length && { tags: tags.value }),
    };
    try {
      await addRating({ service, event, grade: chosen, ...more });
      toast(t('rating.thanks'));
      return chosen;
    } catch (error) {
      if (!isProblem(error, 'already-rated')) throw error;
      const old = (await findRating(service, event))?.grade ?? chosen;
      toast(t('rating.already', { grade: gradeName(old) }));
      return old;
    }
  }

  return { grade, tags, text, busy, problem, options, choose, submit };
}
