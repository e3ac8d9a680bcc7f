import { TokenstormError } from '@tokenstorm/core';

/** Loads a package that may be left out of an installation. Rejects with `E_FILE` where it is, else with what `load` rejects with. */
export async function optionalPackage<Loaded>(name: string, load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new TokenstormError('E_FILE', `the package ${name} is not installed`, {
      hint: `Install it beside tokenstorm (npm install ${name}), or tokenstorm without --omit=optional.`,
      cause,
    });
  }
}
