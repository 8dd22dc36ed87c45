// The one door to `server/data/`: facts about DTrace, SystemTap and CPython's probes, as typed records. Nothing else
// reads the data, and nothing outside asks for versions or platforms with an `if`.
export * from './cpython.ts';
export * from './dtrace.ts';
export * from './platforms.ts';
export * from './systemtap.ts';
