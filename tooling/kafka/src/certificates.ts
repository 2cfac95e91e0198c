import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The certificate of the nodes: a valid one, or one that a client must refuse. */
export type ServerCertificate = "valid" | "expired" | "wrong-host" | "other-ca";

/** The files that a TLS listener and its clients need, in PEM. */
export interface Certificates {
  /** Key and certificate of the nodes in one file, as Kafka wants it. */
  readonly serverFile: string;
  readonly authorityFile: string;
  /** The authority that clients trust, and a certificate of their own. The names are those of Node's `tls.connect`. */
  readonly client: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** Makes an authority, a certificate for 127.0.0.1 and localhost, and one for a client (`CN=client`), with openssl. */
export async function makeCertificates(directory: string, server: ServerCertificate): Promise<Certificates> {
  const path = (name: string): string => join(directory, name);
  const openssl = async (...args: string[]): Promise<void> => {
    await run("openssl", args, { cwd: directory, timeout: 30_000 }).catch((cause: unknown) => {
      throw new Error("openssl could not make the certificates; is OpenSSL 3 on this machine?", { cause });
    });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];
  const authority = (name: string): Promise<void> =>
    openssl("req", "-x509", ...key, "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`);
  const signed = async (name: string, subjects: string, by: string, days: string): Promise<void> => {
    await writeFile(path(`${name}.cnf`), `subjectAltName=${subjects}\nbasicConstraints=CA:FALSE\n`);
    await openssl("req", "-new", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const signer = ["-CA", `${by}.pem`, "-CAkey", `${by}.key`, "-days", days, "-extfile", `${name}.cnf`];
    await openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...signer);
  };
  await Promise.all([authority("authority"), authority("stranger")]);
  const hosts = server === "wrong-host" ? "DNS:elsewhere.invalid" : "DNS:localhost,IP:127.0.0.1";
  await Promise.all([
    signed("server", hosts, server === "other-ca" ? "stranger" : "authority", server === "expired" ? "-1" : "2"),
    signed("client", "DNS:client", "authority", "2"),
  ]);
  const text = (name: string): Promise<string> => readFile(path(name), "utf8");
  await writeFile(path("server-all.pem"), (await text("server.key")) + (await text("server.pem")));
  return {
    serverFile: path("server-all.pem"),
    authorityFile: path("authority.pem"),
    client: { ca: await text("authority.pem"), cert: await text("client.pem"), key: await text("client.key") },
  };
}
