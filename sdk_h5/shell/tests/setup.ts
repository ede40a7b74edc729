import { loadLanguage } from '@/i18n';

// The app fetches English when it is asked for; a test that changes the language means to see it at once.
await loadLanguage('en');
