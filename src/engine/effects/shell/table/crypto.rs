//! Keys, certificates and the stores that passwords are kept in.
//!
//! What prints a key or a password is `secret.read`, wherever it is kept. A certificate is public: asking what it
//! says reads no secret, although its file may end like one.

use super::builds::here;
use crate::effects::shell::address::{self, Deed};
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Output, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::thing;
use crate::effects::{Action, unknown};

/// What every sub-command of OpenSSL may load besides its own arguments.
macro_rules! ssl {
    ($names:literal, $options:literal, $operands:literal) => {
        row($names, concat!("-help/info --help/info -engine=odd -provider=odd -provider-path=odd -propquery=word -config=odd -rand=read -writerand=write ", $options), $operands).style(Style::Dash)
    };
}

pub(super) const ROWS: &[Row] = &[
    row("openssl libressl", "", "").sub(OPENSSL).examples(&[("openssl version -a", ""), ("openssl frobnicate", "unknown subcommand_unknown")]),
    row("certtool p11tool tpm2_getrandom pk12util", "... --outfile=write --infile=list --load-privkey=read!secret.read --load-certificate=list --load-ca-certificate=list --verify -i,--certificate-info --generate-privkey!secret.read --export!secret.read", "word*"),
    row("gpg gpg2", GPG, "word*").also(gpg).examples(&[
        ("gpg --list-keys", ""),
        ("gpg --verify a.sig a", "file.read /workspace/a.sig; file.read /workspace/a"),
        ("gpg -d x.gpg", "file.read /workspace/x.gpg"),
        ("gpg --output ~/.bashrc -d x.gpg", "file.read /workspace/x.gpg; file.write ~/.bashrc; persistence.install ~/.bashrc"),
        ("gpg --export-secret-keys -a me", "secret.read gpg"),
        ("gpg --keyserver hkps://keys.example.org --recv-keys 0xAB", "net.fetch keys.example.org; file.write ~/.gnupg/**/*"),
        ("gpg --send-keys 0xAB", "net.send configured"),
        ("gpg --photo-viewer 'rm -rf ~' --list-options show-photos -k", "file.delete ~/**"),
        ("gpg --agent-program /tmp/x -k", "process.run /tmp/x"),
        ("gpg --delete-secret-keys me", "file.delete ~/.gnupg/**/*"),
    ]),
    row("gpg-card gpg-zip", "... --help/info --version/info", "word*").does("secret.read"),
    row("gpgv gpgsm gpg-connect-agent gpgconf gpgtar dirmngr gpg-agent", "... --help/info --version/info --output=write -o=write --keyring=read --homedir=word --kill=word --list-components --list-dirs --reload=word --launch=word", "word*").also(|run, given| {
        if given.name == "gpgtar" || given.name == "gpgv" {
            for file in &given.operands {
                meaning::path(run, Action::FILE_READ, file, false);
            }
        } else if given.name == "gpg-connect-agent" {
            run.doubt(unknown::OPERAND);
        }
    }),
    row("cosign sigstore rekor-cli notation", "... --help/info --version/info -h/info --key=read --output-signature=write --output-certificate=write --output-file=write --bundle=word", "").sub_or(&[], Verb::First, &[
        Class { words: "verify verify-* tree triangulate get search loginfo logproof list ls inspect version help download", does: "net.fetch" },
        Class { words: "generate-key-pair generate-key", does: "file.write=cosign.key file.write=cosign.pub" },
        Class { words: "", does: "net.fetch net.send" },
    ]).examples(&[
        ("cosign verify --key k.pub r.example/a", "file.read /workspace/k.pub; net.fetch configured"),
        ("cosign copy r.example/a r.example/b", "net.fetch configured; net.send configured"),
        ("rekor-cli upload --artifact a", "net.fetch configured; net.send configured"),
    ]),
    row("signify minisign", "... --help/info --version/info -h/info -v/info -G!file.write=minisign.key -S -V -x=write -p=word -s=read -m=read --key=read --output-signature=write --output-certificate=write", "word*").does("net.fetch"),
    row("age rage", "-h,--help/info --version/info -e,--encrypt -d,--decrypt -o,--output=write -a,--armor -p,--passphrase -r,--recipient=word -R,--recipients-file=read -i,--identity=read!secret.read -j=odd", "read?").examples(&[
        ("age -r age1x -o a.age a", "file.read /workspace/a; file.write /workspace/a.age"),
        ("age -d -i k.txt a.age", "file.read /workspace/a.age; file.read /workspace/k.txt; secret.read age"),
    ]),
    row("age-inspect", "--json --help/info --version/info", "read?"),
    row("age-keygen rage-keygen", "-o,--output=write -y -pq --help/info --version/info", "read?").does("secret.read"),
    row("sops", "... -h,--help/info -v,--version/info --config=read --age=word --kms=word --pgp=word -e,--encrypt -d,--decrypt!secret.read -i,--in-place -r,--rotate -s,--show-master-keys --extract=word --set=word --output=write --input-type=word --output-type=word --encrypted-regex=word", "word*").modes(&[
        row("decrypt", "... --output=write", "read").does("secret.read"),
        row("encrypt rotate set unset updatekeys groups publish edit", "... --output=write", "write*"),
        row("exec-env exec-file", "...", "read shell").does("secret.read"),
        row("filestatus", "", "read"),
        row("keyservice", "...", "").does("net.listen"),
    ]).also(|run, given| {
        let writes = given.has("-i") || given.options.is_empty();
        for file in &given.operands {
            meaning::path(run, if writes { Action::FILE_WRITE } else { Action::FILE_READ }, file, false);
        }
    })
    .examples(&[
        ("sops -d a.yaml", "file.read /workspace/a.yaml; secret.read sops"),
        ("sops -e -i a.yaml", "file.write /workspace/a.yaml"),
        ("sops exec-env a.yaml 'rm -rf ~'", "file.read /workspace/a.yaml; secret.read sops exec-env; file.delete ~/**"),
    ]),
    row("certbot", "... -h,--help[=word]/info --version/info --pre-hook=shell --post-hook=shell --deploy-hook=shell --renew-hook=shell --manual-auth-hook=shell --manual-cleanup-hook=shell --config-dir=write --work-dir=write --logs-dir=write --dry-run/dry -d=word --email=word -m=word", "word*").also(|run, given| {
        match given.operands.first().and_then(Field::text) {
            Some("certificates" | "show_account" | "plugins") => {}
            Some("delete" | "revoke" | "unregister") => meaning::declared(run, "file.delete=/etc/letsencrypt/**", "certbot"),
            _ => meaning::declared(run, "net.send file.write=/etc/letsencrypt/**", "certbot"),
        }
    })
    .examples(&[("certbot certificates", ""), ("certbot renew", "net.send configured; file.write /etc/letsencrypt/**/*")]),
    row("acme.sh lego dehydrated", "... --help/info --version/info --list/info --reloadcmd=shell --renew-hook=shell --hook=shell", "word*").does("net.send"),
    row("mkcert", "... -install!privilege.raise -uninstall!privilege.raise -CAROOT/info -cert-file=write -key-file=write -help/info -p12-file=write -csr=read", "word*").style(Style::Dash).also(|run, given| {
        if !given.operands.is_empty() {
            meaning::path(run, Action::FILE_WRITE, &Field::of(crate::effects::shell::field::Bit::Name), false);
        }
    })
    .examples(&[("mkcert -install", "privilege.raise mkcert"), ("mkcert example.org", "file.write /workspace/*")]),
    row("cfssl cfssljson step step-cli step-ca easyrsa", "... --help/info --version/info", "word*").sub_or(&[], Verb::First, &[
        Class { words: "version info inspect certinfo verify lint fingerprint health show list help path root", does: "" },
        Class { words: "", does: "secret.read file.write" },
    ]),
    // Stores of passwords
    row("pass", "-c,--clip[=word] -q,--qrcode[=word]", "").style(Style::First).modes(&[
        row("ls list find search help version", "...", "word*").output(Output::Local),
        row("show grep", "... -c -q", "word*").does("secret.read"),
        row("insert add generate edit mv cp rename copy init otp import", "...", "word*").does("secret.read file.write=~/.password-store/**"),
        row("rm remove delete", "...", "word*").does("file.delete=~/.password-store/**"),
        row("git", "", "").style(Style::Raw).instead(|run, arguments, input| {
            let command: Vec<Field> = [Field::literal("git"), Field::literal("-C"), Field::literal("~/.password-store")].into_iter().chain(arguments.iter().cloned()).collect();
            run.program(&command, input)
        }),
    ])
    .also(|run, given| {
        if !given.operands.is_empty() {
            run.effect(Action::SECRET_READ, thing("pass"));
        }
    })
    .examples(&[("pass ls", ""), ("pass show a/b", "secret.read pass show"), ("pass rm -rf a", "file.delete ~/.password-store/**/*")]),
    row("gopass passage prs", "... --help/info --version/info", "").sub_or(&[], Verb::First, KEPT),
    row("bw rbw lpass keepassxc-cli kpcli dashlane dcli protonpass nordpass enpasscli ykman yubico-piv-tool pwsafe spectre himitsu hiq", "... --help/info --version/info", "word*").sub_or(&[], Verb::First, KEPT).examples(&[
        ("bw status", ""),
        ("bw get password x", "secret.read bw get password x"),
        ("bw list items", "secret.read bw list items"),
        ("bw delete item x", "cloud.delete bw delete item x"),
    ]),
    row("vault bao", "... -h,-help,--help/info -version,--version/info -address=send -agent-address=send -ca-cert=read -client-key=read -namespace=word -ns=word -format=word -field=word -output-curl-string -output-policy -non-interactive", "").style(Style::Dash).sub(VAULT),
    row("secret-tool", "...", "").sub(&[row("lookup search", "...", "word*").does("secret.read"), row("store lock", "...", "word*").does("cloud.write=keyring"), row("clear", "...", "word*").does("cloud.delete=keyring")]),
    row("keyring", "... -b=odd --keyring-backend=odd -p=odd --keyring-path=odd --list-backends/info --help/info", "").sub(&[row("get", "...", "word*").does("secret.read"), row("set", "...", "word*").does("cloud.write=keyring"), row("del", "...", "word*").does("cloud.delete=keyring"), row("diagnose", "", "")]),
    row("keyctl", "", "").sub(&[row("show list rlist describe rdescribe supports id", "...", "word*"), row("read pipe print", "...", "word*").does("secret.read"), row("revoke unlink clear purge invalidate timeout", "...", "word*").does("cloud.delete=keyring"), row("add padd update link newring request search session setperm chown", "...", "word*").does("cloud.write=keyring")]),
    row("security", "... -h/info", "").sub(&[
        row("find-certificate find-identity list-keychains default-keychain login-keychain show-keychain-info verify-cert list-smartcards help error dump-trust-settings cms-info", "... -a -p -c=word -e=word -v -s=word!persistence.install", "word*").examples(&[("security find-identity -v", "")]),
        row("find-generic-password find-internet-password dump-keychain export unlock-keychain authorize leaks", "... -o=write", "word*").does("secret.read").examples(&[("security find-generic-password -w -s aws", "secret.read security find-generic-password")]),
        row("add-generic-password add-internet-password add-certificates import create-keychain set-keychain-settings set-keychain-password set-generic-password-partition-list set-key-partition-list lock-keychain", "...", "word*").does("cloud.write=keychain"),
        row("delete-generic-password delete-internet-password delete-keychain delete-certificate delete-identity", "...", "word*").does("cloud.delete=keychain"),
        row("add-trusted-cert remove-trusted-cert trust-settings-import authorizationdb set-identity-preference", "...", "word*").does("privilege.raise"),
        row("execute-with-privileges", "", "command").style(Style::First).does("privilege.raise"),
    ]),
    // Looking for secrets, and guessing them
    row("gitleaks trufflehog detect-secrets ggshield git-secrets noseyparker whispers osv-scanner secretlint talisman", "... --help/info --version/info -h/info -v --config=word/code -c=word/code --report-path=write -r=write --output=write --baseline=read --source=read -s=read", "word*").does("process.run").also(here).examples(&[("gitleaks detect", "process.run gitleaks")]),
    row("john hashcat medusa ncrack patator crackmapexec netexec nxc ophcrack fcrackzip pdfcrack cewl hashid mimikatz lazagne linpeas.sh responder kerbrute evil-winrm impacket-secretsdump secretsdump.py aircrack-ng airmon-ng aireplay-ng wifite reaver", "... --help/info --version/info", "word*").does("secret.read net.send"),
    row("msfconsole msfvenom commix xsser beef-xss setoolkit sliver feroxbuster dirsearch whatweb wafw00f sublist3r theHarvester recon-ng crunch exploitdb searchsploit-run", "... --help/info --version/info -o=write -l=read --os-shell/odd --os-cmd=odd --eval=odd", "word*").does("net.send"),
];

const GPG: &str = "-h,--help/info --version/info --dump-options/info -a,--armor,--armour -o,--output=write -r,--recipient=word -R,--hidden-recipient=word -f,--recipient-file=read -u,--local-user=word --default-key=word --default-recipient=word --default-recipient-self --encrypt-to=word --group=word -e,--encrypt -s,--sign -b,--detach-sign -c,--symmetric --clear-sign,--clearsign -d,--decrypt --verify --decrypt-files --encrypt-files --verify-files --multifile -k,--list-keys,--list-public-keys -K,--list-secret-keys --list-signatures,--list-sigs --check-signatures,--check-sigs --list-packets --list-config --list-gcrypt-config --fingerprint --with-colons --with-fingerprint --with-subkey-fingerprint --with-keygrip --with-secret --keyid-format=word --list-options=word --verify-options=word --import-options=word --export-options=word --show-keys --print-md=word --print-mds --gen-random --gen-prime --dearmor,--dearmour --enarmor,--enarmour --card-status --card-edit,--edit-card --change-pin --export --export-secret-keys!secret.read=gpg --export-secret-subkeys!secret.read=gpg --export-ssh-key=word --export-ownertrust --import --fast-import --import-ownertrust --recv-keys,--receive-keys --refresh-keys --search-keys --locate-keys --locate-external-keys --fetch-keys --send-keys --keyserver=word --keyserver-options=word --auto-key-locate=word --gen-key,--generate-key --full-gen-key,--full-generate-key --quick-gen-key,--quick-generate-key --quick-add-key --quick-add-uid --quick-revoke-uid --quick-set-expire --quick-sign-key --quick-lsign-key --gen-revoke,--generate-revocation --edit-key --sign-key --lsign-key --passwd,--change-passphrase --delete-keys,--delete-key --delete-secret-keys,--delete-secret-key --delete-secret-and-public-keys,--delete-secret-and-public-key --rebuild-keydb-caches --update-trustdb --check-trustdb --server --tofu-policy=word --batch --no-batch --yes --no -q,--quiet -v,--verbose --no-verbose -n,--dry-run -i,--interactive --no-tty --no-greeting --trust-model=word --always-trust --homedir=word --keyring=read --secret-keyring=read --primary-keyring=read --no-default-keyring --trustdb-name=read --passphrase=word --passphrase-file=read --passphrase-fd=word --passphrase-repeat=word --pinentry-mode=word --status-fd=word --status-file=write --logger-fd=word --logger-file,--log-file=write --command-fd=word --command-file=read --attribute-fd=word --attribute-file=write --cipher-algo=word --digest-algo=word --compress-algo=word --s2k-mode=word --s2k-digest-algo=word --s2k-cipher-algo=word --s2k-count=word -z=word --personal-cipher-preferences=word --personal-digest-preferences=word --cert-digest-algo=word --weak-digest=word --use-agent --no-use-agent --no-symkey-cache --allow-secret-key-import --no-options --options=odd --photo-viewer=shell --exec-path=odd --agent-program=run --dirmngr-program=run --gpgconf-program=odd --display-charset=word --max-output=word --set-filename=word --comment=word --no-comments --emit-version --no-emit-version --textmode,-t --no-armor --throw-keyids --ignore-time-conflict --no-random-seed-file --expert --openpgp --rfc4880 --skip-verify --try-all-secrets --override-session-key=word --show-session-key!secret.read=gpg --use-embedded-filename --debug=word --debug-level=word --chunk-size=word --compliance=word --disable-dirmngr --sender=word --known-notation=word";

/// What is said of everything that keeps passwords: the word says it.
const KEPT: &[Class] = &[
    Class {
        words: "status version help ls find mounts config completion organizations folders search-names info sync lock logout oath-list",
        does: "",
    },
    Class { words: "delete rm remove del purge reset restore revoke", does: "cloud.delete" },
    Class {
        words: "create edit add insert generate-store move confirm share import serve login clone setup",
        does: "cloud.write",
    },
    Class { words: "", does: "secret.read" },
];

const OPENSSL: &[Row] = &[
    ssl!("version list ciphers help speed errstr prime rand passwd list-standard-commands list-cipher-commands no-op info kdf", "... -out=write -in=read", "word*").examples(&[("openssl rand -hex 32", ""), ("openssl rand -out k 32", "file.write /workspace/k")]),
    ssl!("x509", "... -in=list -out=write -CA=list -CAkey=read -signkey=read -key=read -force_pubkey=read -extfile=read -CAserial=write -passin=word -noout -text -dates -subject -issuer -fingerprint -serial -enddate -startdate -checkend=word -req -days=word -nameopt=word -ext=word -inform=word -outform=word", "word*").examples(&[
        ("openssl x509 -in cert.pem -noout -dates", "file.list /workspace/cert.pem"),
        ("openssl x509 -req -in a.csr -CA ca.pem -CAkey ca.key -out c.pem", "file.list /workspace/a.csr; file.list /workspace/ca.pem; file.read /workspace/ca.key; secret.read /workspace/ca.key; file.write /workspace/c.pem"),
    ]),
    ssl!("verify crl crl2pkcs7 pkcs7 ocsp asn1parse nseq", "... -in=list -out=write -CAfile=list -CApath=list -untrusted=list -url=fetch -host=fetch -issuer=list -cert=list -signkey=read -rkey=read -port=word!net.listen", "list*"),
    ssl!("req", "... -in=list -out=write -key=read -keyout=write -newkey=word -new -x509 -days=word -nodes -noenc -subj=word -addext=word -config=read -extensions=word -passin=word -passout=word -text -noout -verify -pubkey -sha256 -CA=list -CAkey=read", "word*").examples(&[
        ("openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=x", "file.write /workspace/k.pem; file.write /workspace/c.pem"),
    ]),
    ssl!("genrsa genpkey dsaparam gendsa ecparam dhparam", "... -in=read -out=write -paramfile=read -algorithm=word -pkeyopt=word -passout=word -pass=word -name=word -aes256", "word*").examples(&[("openssl genrsa -out k.pem 2048", "file.write /workspace/k.pem")]),
    ssl!("rsa pkey ec dsa pkcs8 pkcs12 storeutl spkac pkeyparam rsautl pkeyutl", "... -in=read -out=write -inkey=read -certfile=list -passin=word -passout=word -password=word -sigfile=read -kdflen=word -export -pubin -pubout -text -noout -nodes -peerkey=read", "read*").also(keys).examples(&[
        ("openssl rsa -in k.pem -text -noout", "file.read /workspace/k.pem; secret.read /workspace/k.pem; secret.read openssl rsa"),
    ]),
    ssl!("dgst md5 sha1 sha224 sha256 sha384 sha512 sha3-256 blake2b512 ripemd160 mac", "... -out=write -sign=read -verify=read -prverify=read -signature=read -hmac=word -mac=word -macopt=word -passin=word -in=read", "read*").examples(&[("openssl dgst -sha256 a", "file.read /workspace/a")]),
    ssl!("enc base64 aes-128-cbc aes-192-cbc aes-256-cbc aes-128-ecb aes-256-ecb aes-256-ctr des des3 des-ede3-cbc rc4 chacha20 camellia-256-cbc bf-cbc zlib", "... -in=read -out=write -pass=word -kfile=read -k=word -K=word -iv=word -S=word -md=word -iter=word -bufsize=word -d -e -a -base64 -A -salt -pbkdf2", "word*").output(Output::Filtered).examples(&[
        ("openssl enc -aes-256-cbc -in a -out a.enc", "file.read /workspace/a; file.write /workspace/a.enc"),
    ]),
    ssl!("smime cms", "... -in=read -out=write -inkey=read -signer=read -recip=list -certfile=list -content=read -CAfile=list -to=word -from=word -subject=word -passin=word", "list*"),
    ssl!("ts", "... -in=read -out=write -config=read -data=read -queryfile=read -inkey=read -signer=list -CAfile=list -untrusted=list", "word*"),
    ssl!("ca cmp", "... -in=read -out=write -config=odd -keyfile=read -cert=list -server=send -data=read -queryfile=read -inkey=read -signer=list -batch -revoke=list -gencrl -outdir=write", "word*").does("file.write"),
    ssl!("s_client s_time", "... -connect=word -host=word -port=word -servername=word -proxy=send -CAfile=list -CApath=list -cert=list -key=read -pass=word -starttls=word -showcerts -alpn=word -tls1_2 -tls1_3 -cipher=word -quiet -ign_eof -msgfile=write -keylogfile=write -sess_out=write -sess_in=read -early_data=read -verify=word -www=word -new -unix=write", "word*").also(client).examples(&[
        ("openssl s_client -connect example.org:443", "net.fetch example.org:443"),
        ("openssl s_client -connect example.org:443 < /etc/hosts", "file.read /etc/hosts; net.fetch example.org:443; net.send example.org:443"),
        ("echo | openssl s_client -connect example.org:443", "net.fetch example.org:443"),
    ]),
    ssl!("s_server", "... -key=read -cert=list -port=word -accept=word -www -WWW -HTTP -quiet", "word*").does("net.listen"),
    ssl!("engine", "... -t -c -pre=odd -post=odd", "run*").examples(&[("openssl engine -t /tmp/evil.so", "process.run /tmp/evil.so")]),
    ssl!("fipsinstall rehash", "...", "write*"),
];

const VAULT: &[Row] = &[
    row("status list version path-help help version-history login-methods", "...", "word*").style(Style::Dash).examples(&[("vault status", "")]),
    row("print", "", "word*").does("secret.read"),
    row("read unwrap", "...", "word*").style(Style::Dash).does("secret.read").examples(&[("vault read secret/x", "secret.read vault read")]),
    row("write patch", "... -f -force", "word*").style(Style::Dash).does("cloud.write=vault"),
    row("delete seal", "...", "word*").style(Style::Dash).does("cloud.delete=vault"),
    row("init unseal rekey", "...", "word*").style(Style::Dash).does("cloud.privilege=vault secret.read"),
    row("login", "...", "word*").style(Style::Dash).does("secret.read"),
    row("kv", "", "").style(Style::Dash).sub(&[
        row("list", "...", "word*").style(Style::Dash).examples(&[("vault kv list secret/", "")]),
        row("get", "...", "word*").style(Style::Dash).does("secret.read").examples(&[("vault kv get secret/x", "secret.read vault kv get")]),
        row("put patch undelete rollback enable-versioning", "...", "word*").style(Style::Dash).does("cloud.write=vault"),
        row("delete destroy", "...", "word*").style(Style::Dash).does("cloud.delete=vault").examples(&[("vault kv delete secret/x", "cloud.delete vault")]),
        row("metadata", "", "").style(Style::Dash).sub(&[row("get", "...", "word*").style(Style::Dash), row("put patch", "...", "word*").style(Style::Dash).does("cloud.write=vault"), row("delete", "...", "word*").style(Style::Dash).does("cloud.delete=vault")]),
    ]),
    row("auth secrets audit plugin namespace lease policy token operator pki transit transform", "...", "word*").style(Style::Dash).sub_or(&[], Verb::First, &[
        Class { words: "list read info lookup members health-check verify-sign list-intermediates usage fmt diagnose key-status", does: "" },
        Class { words: "disable delete revoke deregister step-down seal force-unlock remove-peer", does: "cloud.delete=vault" },
        Class { words: "create generate-root rekey init unseal rotate capabilities", does: "cloud.privilege=vault secret.read" },
        Class { words: "write enable", does: "cloud.privilege=vault" },
        Class { words: "", does: "cloud.write=vault" },
    ]).examples(&[
        ("vault policy list", ""),
        ("vault secrets disable secret/", "cloud.delete vault"),
        ("vault token create", "cloud.privilege vault; secret.read vault token create"),
    ]),
    row("ssh", "...", "word*").style(Style::Dash).does("secret.read net.send"),
    row("server agent proxy", "... -config=odd -exec=odd", "").style(Style::Dash).does("net.listen"),
    row("debug monitor events", "...", "word*").style(Style::Dash).does("cloud.read=vault"),
];

/// The private part is printed unless it is asked for something else.
fn keys(run: &mut Run<'_>, given: &Given) {
    if !given.has("-pubin") && !given.has("-pubout") {
        run.effect(Action::SECRET_READ, thing(&given.name));
    }
}

/// What flows in is sent; a line end, or nothing, only ends the connection.
fn client(run: &mut Run<'_>, given: &Given) {
    let Some(target) =
        given.value("-connect").or_else(|| given.value("-host")).or_else(|| given.operands.first())
    else {
        return;
    };
    let blank = given.input.literal().is_some_and(|text| matches!(text.trim(), "" | "Q" | "quit" | "QUIT"));
    let target = target.clone();
    match target.text().map(crate::effects::url::host_and_port) {
        Some(Ok((host, port))) => {
            address::machine_effect(run, Deed::Fetch, &host, port);
            if !blank {
                address::machine_effect(run, Deed::Send, &host, port);
            }
        }
        _ => address::unclear(run, Deed::Send),
    }
}

/// Which files are read depends on what is asked.
fn gpg(run: &mut Run<'_>, given: &Given) {
    let has = |names: &[&str]| names.iter().any(|name| given.has(name));
    let from_server = has(&[
        "--recv-keys",
        "--refresh-keys",
        "--search-keys",
        "--locate-keys",
        "--locate-external-keys",
        "--fetch-keys",
    ]);
    let to_server = has(&["--send-keys"]);
    let changes = has(&[
        "--import",
        "--fast-import",
        "--import-ownertrust",
        "--recv-keys",
        "--refresh-keys",
        "--fetch-keys",
        "--gen-key",
        "--full-gen-key",
        "--quick-gen-key",
        "--quick-add-key",
        "--quick-add-uid",
        "--quick-revoke-uid",
        "--quick-set-expire",
        "--quick-sign-key",
        "--quick-lsign-key",
        "--edit-key",
        "--sign-key",
        "--lsign-key",
        "--passwd",
        "--card-edit",
    ]);
    let deletes = has(&["--delete-keys", "--delete-secret-keys", "--delete-secret-and-public-keys"]);
    let names_keys = from_server
        || to_server
        || deletes
        || has(&[
            "-k",
            "-K",
            "--list-signatures",
            "--check-signatures",
            "--fingerprint",
            "--export",
            "--export-secret-keys",
            "--export-secret-subkeys",
            "--export-ownertrust",
            "--gen-revoke",
            "--card-status",
            "--list-config",
            "--gen-random",
            "--gen-prime",
            "--export-ssh-key",
        ]);
    for (on, deed) in [(from_server, Deed::Fetch), (to_server, Deed::Send)] {
        if on {
            match given.value("--keyserver") {
                Some(server) => address::contact(run, deed, &server.clone()),
                None => {
                    meaning::declared(run, if deed == Deed::Fetch { "net.fetch" } else { "net.send" }, "gpg")
                }
            }
        }
    }
    if deletes {
        meaning::declared(run, "file.delete=~/.gnupg/**", "gpg");
    } else if changes {
        meaning::declared(run, "file.write=~/.gnupg/**", "gpg");
    }
    let files = !names_keys && (!changes || has(&["--import", "--fast-import", "--import-ownertrust"]));
    if files {
        for file in &given.operands {
            meaning::path(run, Action::FILE_READ, file, false);
        }
        let writes =
            has(&["-e", "-s", "-b", "-c", "--clear-sign", "--dearmor", "--enarmor"]) && !given.has("-o");
        if writes {
            for file in &given.operands {
                let mut beside = file.clone();
                beside.extend(&Field::literal(".gpg"));
                meaning::path(run, Action::FILE_WRITE, &beside, false);
            }
        }
    }
}
