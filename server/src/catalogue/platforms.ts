// The four systems whose DTrace we know.

export const platforms = ['linux', 'macos', 'freebsd', 'illumos'] as const;
export type Platform = (typeof platforms)[number];
