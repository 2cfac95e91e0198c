import { readFile } from "node:fs/promises";

import { UsageError } from "../usage-error.ts";
import type { HostSettings } from "./host-settings.ts";

/** What Node's TLS takes; nothing that was not said. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: false;
}

/**
 * The settings for TLS, with the files read.
 *
 * @param warn - is told what is not safe
 * @throws UsageError for settings that do not fit together, and Node's error for a file that cannot be read
 */
export async function tlsOptions(settings: HostSettings, warn: (message: string) => void): Promise<TlsOptions> {
  const { ca, cert, tlsKey, insecure } = settings;
  if ((cert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError(`${cert === undefined ? "--tls-key needs --cert" : "--cert needs --tls-key"}: give both`);
  }
  if (insecure === true) {
    warn("--insecure: the host's certificate is not checked, so anybody may be at the other end. Better is --ca FILE");
  }
  const read = async (file: string | undefined): Promise<string | undefined> =>
    file === undefined ? undefined : readFile(file, "utf8");
  const [authority, certificate, key] = await Promise.all([ca, cert, tlsKey].map(read));
  return {
    ...(authority === undefined ? {} : { ca: authority }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    ...(insecure === true ? { rejectUnauthorized: false } : {}),
  };
}
