#!/bin/sh
# params: {"services": ["tcp/22", "udp/123 from 192.0.2.7"]}
mkdir -p /etc/nftables.d
cat > /etc/nftables.d/tuile.nft <<'TABLE'
table inet tuile
delete table inet tuile
table inet tuile {
	# Sessions that stood when the table was first loaded, which the kernel had not tracked.
	set standing4 { type ipv4_addr . inet_service . inet_service; flags timeout; }
	set standing6 { type ipv6_addr . inet_service . inet_service; flags timeout; }

	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ip saddr 127.0.0.0/8 drop
		ip6 saddr ::1 drop
		ct state vmap { established : accept, related : accept, invalid : drop }
		ip saddr . tcp sport . tcp dport @standing4 accept
		ip6 saddr . tcp sport . tcp dport @standing6 accept
		icmp type { destination-unreachable, time-exceeded, parameter-problem, echo-request } accept
		icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request } accept
		icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query } accept
		udp sport 67 udp dport 68 accept
		ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
		tcp dport 22 accept
		ip saddr 192.0.2.7/32 udp dport 123 accept
	}
}
TABLE
cat > /etc/systemd/system/tuile-firewall.service <<'UNIT'
[Unit]
Description=Packet filter of Tuile
Documentation=man:nft(8)
DefaultDependencies=no
After=nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
Wants=network-pre.target
Before=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f /etc/nftables.d/tuile.nft
ExecReload=/usr/sbin/nft -f /etc/nftables.d/tuile.nft
ExecStop=-/usr/sbin/nft delete table inet tuile

[Install]
WantedBy=sysinit.target
UNIT
systemctl daemon-reload
systemctl --quiet enable --now tuile-firewall.service
