/// Addresses that an engine must not be talked into asking, in the spellings people have used for that.
public enum HostileAddresses {
    /// Whole URLs that are refused by their text alone.
    public static let urls: [String] =
        hosts.map { "https://\($0)/data/file.csv" } + [
            // Plain http, other ports, other schemes.
            "http://example.org/a", "http://93.184.216.34/a",
            "http://account.blob.core.windows.net/c/b",
            "ftp://93.184.216.34/a", "gopher://93.184.216.34/a", "file:///etc/passwd",
            "adl://lake.azuredatalakestore.net/a", "unix:///run/docker.sock",
            // A user name makes the host look like another.
            "https://example.org@127.0.0.1/", "https://example.org:443@169.254.169.254/",
            "https://127.0.0.1@example.org/", "https://user:pass@example.org/",
            "https://example.org%40127.0.0.1/", "https://@127.0.0.1/",
            // What programs read differently.
            "https://example.org\\@127.0.0.1/", "https:\\\\127.0.0.1\\a",
            "https://127.0.0.1\\.example.org/",
            "https:// 127.0.0.1/", "https://127.0.0.1 .example.org/", "https://exam\tple.org/",
            "https://example.org\r\nHost: 127.0.0.1/", "https://example.org\u{0}.evil/",
            "https:///127.0.0.1/", "https:127.0.0.1", "https://", "https://:443/", "https://./",
            "https://..example.org/", "https://example..org/", "https://example.org:0/",
            "https://example.org:65536/", "https://example.org:4 3/", "https://example.org:-1/",
            "https://example.org:80:80/", "https://[::1/", "https://::1/", "https://[::1]x/",
            "https://[127.0.0.1]/", "https://[]/", "https://[fe80::1%25eth0]/",
            "https://[fe80::1%eth0]/", "https://[::1%lo]/", "https://[v1.fe80]/",
            // Drivers that are rewritten are judged after that.
            "wasbs://c@127.0.0.1/x", "wasbs://c@localhost/x", "wasbs://127.0.0.1/x",
            "abfss://f@10.0.0.1/x", "abfss://f@169.254.169.254/x", "wasbs://@example.org/x",
            "wasbs://a@b@127.0.0.1/x", "abfss://u:p@example.org/x",
        ]

    /// Hosts that are this machine, its network, or nothing that can be looked up.
    public static let hosts: [String] = [
        // Loopback and the like, by name.
        "localhost", "LOCALHOST", "localhost.", "a.localhost", "localhost.localdomain", "printer",
        "printer.local", "metadata.google.internal", "metadata.google.internal.", "metadata",
        "instance-data.ec2.internal", "kubernetes.default.svc.cluster.local", "router.lan",
        "nas.home.arpa", "wiki.corp", "wiki.intranet",
        // Loopback by number.
        "127.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "127.255.255.254", "2130706433",
        "0x7f000001",
        "0x7F.0.0.1", "0x7f.1", "0177.0.0.1", "0177.1", "017700000001", "0x7f.0x0.0x0.0x1",
        "127.0x1", "0127.0.0.1.1", "000000000177.0.0.1", "127.0.0.01", "0", "0.0.0.0", "0.0", "0x0",
        "00", "0.1.2.3", "127.0.0.256", "127.0.0.0x", "1.2.3.4.5", "4294967296", "0x100000000",
        // Private, link-local, metadata.
        "10.0.0.1", "10.1", "012.0.0.1", "167772161", "172.16.0.1", "172.31.255.255", "172.16.1",
        "192.168.0.1", "192.168.1", "0xc0.0xa8.1.1", "3232235777", "169.254.169.254", "169.254.1.1",
        "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "168.63.129.16",
        "100.100.100.200", "100.64.0.1", "100.127.255.255",
        // Reserved, documentation, multicast.
        "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255",
        "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "0xffffffff",
        // IPv6.
        "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::127.0.0.1]", "[::7f00:1]",
        "[::ffff:127.0.0.1]", "[::FFFF:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::ffff:10.0.0.1]",
        "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]", "[2001::7f00:1]", "[2001:0:53aa:64c:0:fbfe:80ff:fffe]",
        "[2001:2::1]", "[2001:10::1]", "[2001:db8::1]", "[3fff::1]", "[fc00::1]", "[fd12:3456::1]",
        "[fd00:ec2::254]", "[fe80::1]", "[febf::1]", "[fec0::1]", "[ff02::1]", "[100::1]",
        "[5f00::1]", "[1::1]", "[4000::1]", "[::2]", "[::ffff:0.0.0.0]", "[::ffff:224.0.0.1]",
        // Letters that become digits or dots on the way.
        "①27.0.0.1", "127。0。0。1", "127．0．0．1", "１２７.0.0.1", "ｌocalhost", "ⓛocalhost",
        "loc\u{AD}alhost", "127.0.0.1\u{200B}", "%31%32%37.0.0.1", "127.0.0.1%2f",
        "127%2e0%2e0%2e1",
        "127.0.0.1%00", "localhost%00.example.org", "exa mple.org", "-", "a_b",
    ]

    /// What a harmless name might lead to; every one of them, alone or beside a public address, keeps it from being asked.
    public static let answers: [String] = [
        "127.0.0.1", "127.0.0.53", "0.0.0.0", "10.1.2.3", "172.20.0.5", "192.168.178.1",
        "169.254.169.254", "168.63.129.16", "100.64.3.4", "198.18.0.7", "224.0.0.251",
        "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        "fd00:ec2::254", "fc00::7", "fe80::1", "fe80::1%eth0", "ff02::fb", "2002:a00:1::1",
        "2001:0:53aa:64c::1", "not-an-address", "",
    ]
}
