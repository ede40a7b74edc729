/** The words under which this device shows in the list of devices, such as `Chrome · Android`. */
export function deviceName(agent: string = navigator.userAgent): string {
  return `${firstOf(BROWSERS, agent)} · ${firstOf(SYSTEMS, agent)}`;
}

type Names = readonly (readonly [RegExp, string])[];

const BROWSERS: Names = [
  [/MicroMessenger/, 'WeChat'],
  [/HuaweiBrowser/, 'Huawei'],
  [/MiuiBrowser/, 'Mi'],
  [/Edg/, 'Edge'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
];

const SYSTEMS: Names = [
  [/OpenHarmony|HarmonyOS/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

function firstOf(names: Names, agent: string): string {
  return names.find(([pattern]) => pattern.test(agent))?.[1] ?? 'Web';
}
