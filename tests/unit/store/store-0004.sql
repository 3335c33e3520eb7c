BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE apply (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	host_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	engine VARCHAR(32) NOT NULL, 
	kept VARCHAR(64) NOT NULL, 
	before_digest VARCHAR(64) NOT NULL, 
	after_digest VARCHAR(64), 
	things TEXT NOT NULL, 
	ending VARCHAR(32), 
	ended DATETIME, 
	CONSTRAINT pk_apply PRIMARY KEY (id), 
	CONSTRAINT fk_apply_run_id FOREIGN KEY(run_id) REFERENCES run (id), 
	CONSTRAINT fk_apply_host_id FOREIGN KEY(host_id) REFERENCES host (id)
);
CREATE TABLE evidence (
	digest VARCHAR(64) NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_evidence PRIMARY KEY (digest)
);
INSERT INTO "evidence" VALUES('fc29c7321c3f3fe847e0bcc8c0c5897a878120a6c4e57b1afcea21fafba1aeb2',X'789C7D4F416E84300CFC4AE53348DD1EF94A5555269825DA6023DBE18278D0BEA31FAB437BE9A597683C9E194F0E9831B9C170401276CC4C0AC38CC5A88345CC195782014CF77EC364FDEB0D3A78903295A003AF9896707DE6E96796088389C68C1C53781E78A7E0DE413662B3A537D23DAE7C74A0348A380C5C4B89E9C2AE354E87C0B27044DDDE2266CFEA15CB6FB333AE8C2D053D3457796C8F393A35A09539F3BDB9E10CF5F8EF363552AA27B9BE4AAAA2D0CAA1B5060750EBB191AED95AA9978938D3149259FF2E94E66A5F4F8AD8F3FC06A9447596');
INSERT INTO "evidence" VALUES('7a8e63b795475f5243e48377256a6e24da6609eab470f134b7bdba5cbf16c6d0',X'789C7D50416EC4200CFC4AE47356EAF6D043BE52552B439C0485351136D156511ED477F4636BD89ECB01D9331ECFC001137A15180EF0891503538661C228D4C3924419EF040348DE2F39C8E5ED0A3DAC9499A2A156DFD12F26BA85F1D527DB0523B9806CDD867EC5990CFB049E033F0C933226F8EA21934B492B1383F31F0D6A80E662E63B6509896DDBF5DD547BC85A30FE653BCDC809E51DD5665A7CAC97282AD52217E6C07355C369D3EE5FD6573015F5A93D9693DE70DB62F0E822418D8A52A31C40DCF84E8A5FBA95BE8D9CECC3C0C7DF9F0E2D129BC369E7098AE47291');
INSERT INTO "evidence" VALUES('6e21474a5234d867b97f18254d2752dd2e84d8e6813643bfb8e489754306330c',X'789C7D4E3B0E83300CBD8B67904A47AE525595130C440407C58605E5EE75686716EB3DFB7D7CC2885E05FA137C62C5C094A11F310A35302751C695A007C947BBA197F6D141030B65A6686BC32BFAD95C9F30FC78B23018C8056463E6597022DBBD206DC422732B940F6B793790C9A5A4D0F31EA3B10B6BDEADDA0412125B54F7B4982364DD31FE3F2BD6E26A0AAA69AEE7B10E5154AA20EFCC81A7EA86626A777BF537D752BEF2466083');
INSERT INTO "evidence" VALUES('5f3b563de8057a7f58da30c5be630c170de64c45e33e3c52fb185291ff81a838',X'789CAB564A4B4C2E2956B2CA2BCDC9D151CA4F2A4E2D2A4B2CC9CCCF038A552B258288E292C4925410A3A8342F2F332F5DC94AC950A91608009DC91566');
INSERT INTO "evidence" VALUES('e0f9aae702540cdc34a76b3e5c82c2ec8247e3e753ca30398607ffe69a4f269d',X'789C7D4E3B0E83300CBD8B67904AC75CA5AA2A070C440407C50E0BCADD6B686716EB3DFB7D7CC088BD0AB803FAC48A8129831B310A35302751C695C081E4BDDDB097F6D141030B65A6686BC32BF6B3B93E61F8F1646130900FC8C6CCB3E044B67B41DA8845E65628EFD6F26E20934F49C17189D1D8853517AB368184C416D53D2D660F590BC6FF67D55AFC99826A9AEB793C87282A9D2017E6C0D3E9866A6A7F7B1D6EAEB57E01F2646084');
INSERT INTO "evidence" VALUES('bbe5dd45935f3dcd69c00d3e7bbe32a212811ab56d0b6ac61934452ffe5dee14',X'789C954E4B4EC33010BDCBAC13A9855DAED2203471268D15775C79EC88AA8AC471E01CBD0927E139B0618917D67BA3F7BBD3C42E1B75777251337B9544DDC4C1A4A1395A56BE087564696DAFECAC3D1CA9A145924AC019F8C26E86EBD58F3F3C228C46193C2B183C0B9F05B713C5ABA8D9DC9AA4152D2F0D251962CCD46909016CC739155443603E2AA28E4F88597DCA85C3EFB20D2D434DE10CCD3E9EEB6799B354908AAAD733DC8FCFBE1CF0FA32BA69EAF5EBFD8336F8873FFA456EFBC23754DDEA30143F5799FB57ECB67D03E8177279');
INSERT INTO "evidence" VALUES('03bd7c0d3bbacb166f4144f75d2a9e3e616d5ae29faa8b956599a7d9c3588d95',X'789C2D4E410E83300CFB4BCE208D1DF9CA344DA104A828294A522E88BF2F65CB21B2ADD8CE09130653E84F08990D2393403F61526A60C96A8C1B410F2A47BB63D0F6D141032B095372D9F1866171D7278E3F9E3D0C461A22B233F7AC38936B2FC83BB1EAD22AC9E12DEF0684869C0D7A2E2939BBB149F16A3FD098D9A3BAA7C71C51AC60FA7F7679CB5053D0FCE67E1EEB5243A30AA430479EAB1B2E9F2FA3364D64');
INSERT INTO "evidence" VALUES('47ef03672de15f21d31e0b66c5e45c388744fa5c4bee72e99e62fdd41ed8736a',X'789C7D8FB16EC3300C44FF85B30D3419FD2B4551D032130B51C840A4BC04FAF79EDCCE5D84E3913C3EBDE9C6299C963725D3E0AC5269B971719968370FE5A7D0425E8FF9C5C9E78F0B4DF490AA5260433F39EDD8FACEDB6F6D08A34DD6CC8A0A3B0FBE0BBC4FB297A8FB3EBBD40357BE26AAB29A052DDA4A4175EAA80DA731E0D91451972B628E5CA371F923EBB8B28E140ECC9CF03C1E0F0E19A236D5AC776C5FA9637AFDB7BB0DD35A243BBF0ACA6DB4071EFB601878BDF71FCDE9648B');
CREATE TABLE finding (
	id INTEGER NOT NULL, 
	host_id INTEGER NOT NULL, 
	rule VARCHAR(255) NOT NULL, 
	outcome VARCHAR(32) NOT NULL, 
	subject TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	from_visit INTEGER NOT NULL, 
	until_visit INTEGER, 
	since_visit INTEGER NOT NULL, 
	passed_visit INTEGER, 
	CONSTRAINT pk_finding PRIMARY KEY (id), 
	CONSTRAINT fk_finding_host_id FOREIGN KEY(host_id) REFERENCES host (id), 
	CONSTRAINT fk_finding_from_visit FOREIGN KEY(from_visit) REFERENCES visit (id), 
	CONSTRAINT fk_finding_until_visit FOREIGN KEY(until_visit) REFERENCES visit (id), 
	CONSTRAINT fk_finding_since_visit FOREIGN KEY(since_visit) REFERENCES visit (id), 
	CONSTRAINT fk_finding_passed_visit FOREIGN KEY(passed_visit) REFERENCES visit (id)
);
INSERT INTO "finding" VALUES(1,1,'a','fail','a','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"1","wanted":{"op":"equals","value":"0"}}],"reason":null}',1,6,1,NULL);
INSERT INTO "finding" VALUES(2,1,'c','error','c','{"differences":[],"reason":{"en":"permission denied","fr":"permission refusée"}}',1,6,1,NULL);
INSERT INTO "finding" VALUES(3,2,'b','fail','b','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"1","wanted":{"op":"equals","value":"0"}}],"reason":null}',2,13,2,NULL);
INSERT INTO "finding" VALUES(4,2,'c','not_applicable','c','{"differences":[],"reason":{"en":"no such key","fr":"clé absente"}}',2,10,2,NULL);
INSERT INTO "finding" VALUES(5,1,'b','fail','b','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"1","wanted":{"op":"equals","value":"0"}}],"reason":null}',6,18,6,4);
INSERT INTO "finding" VALUES(6,1,'c','fail','c','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"1","wanted":{"op":"equals","value":"0"}}],"reason":null}',6,12,6,NULL);
INSERT INTO "finding" VALUES(7,3,'b','error','','{"differences":[],"reason":{"en":"no verdict was given","fr":"aucun verdict n''a été rendu"}}',8,14,8,NULL);
INSERT INTO "finding" VALUES(8,2,'a','fail','a','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"1","wanted":{"op":"equals","value":"0"}}],"reason":null}',10,13,10,7);
INSERT INTO "finding" VALUES(9,2,'c','fail','c','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"1","wanted":{"op":"equals","value":"0"}}],"reason":null}',10,13,10,NULL);
INSERT INTO "finding" VALUES(10,1,'a','fail','a','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"1","wanted":{"op":"equals","value":"0"}}],"reason":null}',12,18,12,6);
INSERT INTO "finding" VALUES(11,1,'d','waived','d','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"1","wanted":{"op":"equals","value":"0"}}],"reason":{"en":"until the kiosk arrives","fr":"jusqu''à l''arrivée de la borne"}}',12,18,12,NULL);
INSERT INTO "finding" VALUES(12,2,'a','fail','a','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"é\u0000\udcff\n ","wanted":{"op":"equals","value":"0"}}],"reason":null}',13,NULL,10,7);
INSERT INTO "finding" VALUES(13,2,'b','fail','b','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"1","wanted":{"op":"equals","value":"0"}}],"reason":{"en":"a person answers","fr":"une personne répond"}}',13,NULL,2,NULL);
INSERT INTO "finding" VALUES(14,1,'a','fail','a','{"differences":[{"label":{"en":"after a reboot","fr":"après redémarrage"},"observed":"2","wanted":{"op":"equals","value":"0"}}],"reason":null}',18,NULL,12,6);
INSERT INTO "finding" VALUES(15,1,'d','pending','d','{"differences":[],"reason":null}',18,NULL,18,NULL);
CREATE TABLE host (
	id INTEGER NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	CONSTRAINT pk_host PRIMARY KEY (id), 
	CONSTRAINT uq_host_name UNIQUE (name)
);
INSERT INTO "host" VALUES(1,'srv-pacs-01');
INSERT INTO "host" VALUES(2,'srv-ris-01');
INSERT INTO "host" VALUES(3,'pc-urg-03');
CREATE TABLE "plan" (
	digest VARCHAR(64) NOT NULL, 
	rules TEXT NOT NULL, 
	CONSTRAINT pk_plan PRIMARY KEY (digest)
);
INSERT INTO "plan" VALUES('86ef2cfedf1ce1fad4edf1013486deb19abd422b2188ea3d6ddece0929471bfa','[{"baseline":"linux-server 1.0.0","kind":"sysctl","params":{"key":"a","value":"0"},"rule":"a"},{"baseline":"linux-server 1.0.0","kind":"sysctl","params":{"key":"b","value":"0"},"rule":"b"},{"baseline":"linux-server 1.0.0","kind":"sysctl","params":{"key":"c","value":"0"},"rule":"c"}]');
INSERT INTO "plan" VALUES('61773b5c60ae26a7c77bae8b4fafcc8707459fea0f0bb6174d897d3e9c9cc284','[{"baseline":"linux-server 1.0.0","kind":"sysctl","params":{"key":"a","value":"0"},"rule":"a"},{"baseline":"linux-server 1.0.0","kind":"sysctl","params":{"key":"b","value":"0"},"rule":"b"}]');
INSERT INTO "plan" VALUES('f22ebb2bdc69eaef48c33399b7c4af44451715996d12ad877a62ca2616cd13cb','[{"baseline":"linux-server 1.1.0","kind":"sysctl","params":{"key":"a","value":"0"},"rule":"a"},{"baseline":"linux-server 1.1.0","kind":"sysctl","params":{"key":"b","value":"0"},"rule":"b"},{"baseline":"linux-server 1.1.0","kind":"sysctl","params":{"key":"d","value":"0"},"rule":"d"}]');
INSERT INTO "plan" VALUES('0cc6f4c233fd42f4c578f4c114b1a1dc79ea81eabe35521931300ca0c58d7e52','[{"baseline":"linux-server 1.0.0","kind":"sysctl","params":{"key":"a","value":"0"},"rule":"a"}]');
CREATE TABLE release (
	id INTEGER NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	signers TEXT NOT NULL, 
	first DATETIME NOT NULL, 
	CONSTRAINT pk_release PRIMARY KEY (id), 
	CONSTRAINT uq_release_name_version_digest UNIQUE (name, version, digest)
);
CREATE TABLE rollout (
	id INTEGER NOT NULL, 
	baseline VARCHAR(255) NOT NULL, 
	started DATETIME NOT NULL, 
	rings TEXT NOT NULL, 
	pace TEXT NOT NULL, 
	ordered TEXT NOT NULL, 
	phase VARCHAR(32) NOT NULL, 
	ring INTEGER NOT NULL, 
	until DATETIME, 
	why TEXT NOT NULL, 
	CONSTRAINT pk_rollout PRIMARY KEY (id)
);
CREATE TABLE rollout_host (
	rollout_id INTEGER NOT NULL, 
	host VARCHAR(255) NOT NULL, 
	ring INTEGER NOT NULL, 
	step VARCHAR(32) NOT NULL, 
	why TEXT, 
	runs TEXT NOT NULL, 
	open TEXT NOT NULL, 
	CONSTRAINT pk_rollout_host PRIMARY KEY (rollout_id, host), 
	CONSTRAINT fk_rollout_host_rollout_id FOREIGN KEY(rollout_id) REFERENCES rollout (id)
);
CREATE TABLE run (
	id INTEGER NOT NULL, 
	started DATETIME NOT NULL, 
	finished DATETIME, 
	baselines TEXT NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_run PRIMARY KEY (id)
);
INSERT INTO "run" VALUES(1,'2026-11-16 06:00:00.000000','2026-11-16 06:30:00.000000','["linux-server 1.0.0"]','0.1.0');
INSERT INTO "run" VALUES(2,'2026-11-16 07:00:00.000000','2026-11-16 07:30:00.000000','["linux-server 1.0.0"]','0.1.0');
INSERT INTO "run" VALUES(3,'2026-11-16 08:00:00.000000','2026-11-16 08:30:00.000000','["linux-server 1.0.0"]','0.1.0');
INSERT INTO "run" VALUES(4,'2026-11-16 09:00:00.000000','2026-11-16 09:30:00.000000','["linux-server 1.0.0"]','0.1.0');
INSERT INTO "run" VALUES(5,'2026-11-16 10:00:00.000000','2026-11-16 10:30:00.000000','["linux-server 1.0.0"]','0.1.0');
INSERT INTO "run" VALUES(6,'2026-11-16 11:00:00.000000','2026-11-16 11:30:00.000000','["linux-server 1.0.0"]','0.1.0');
INSERT INTO "run" VALUES(7,'2026-11-16 12:00:00.000000',NULL,'["linux-server 1.0.0"]','0.1.0');
CREATE TABLE visit (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	host_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	plan_digest VARCHAR(64), 
	result_digest VARCHAR(64), 
	evidence_digest VARCHAR(64), 
	not_reached TEXT, 
	CONSTRAINT pk_visit PRIMARY KEY (id), 
	CONSTRAINT fk_visit_run_id FOREIGN KEY(run_id) REFERENCES run (id), 
	CONSTRAINT fk_visit_host_id FOREIGN KEY(host_id) REFERENCES host (id), 
	CONSTRAINT fk_visit_plan_digest FOREIGN KEY(plan_digest) REFERENCES "plan" (digest), 
	CONSTRAINT fk_visit_evidence_digest FOREIGN KEY(evidence_digest) REFERENCES evidence (digest)
);
INSERT INTO "visit" VALUES(1,1,1,'2026-11-16 06:00:00.000000','86ef2cfedf1ce1fad4edf1013486deb19abd422b2188ea3d6ddece0929471bfa','2a81d69864d1021625c034417fe7ed2157ec83a002766b95e77ab0c2c51f79ea','fc29c7321c3f3fe847e0bcc8c0c5897a878120a6c4e57b1afcea21fafba1aeb2',NULL);
INSERT INTO "visit" VALUES(2,1,2,'2026-11-16 06:08:34.285714','86ef2cfedf1ce1fad4edf1013486deb19abd422b2188ea3d6ddece0929471bfa','cb8f9dbd3e9a45287737e9b677677df8c885ca67a83280611795b10124a81280','7a8e63b795475f5243e48377256a6e24da6609eab470f134b7bdba5cbf16c6d0',NULL);
INSERT INTO "visit" VALUES(3,1,3,'2026-11-16 06:17:08.571429',NULL,NULL,NULL,'{"en":"no answer for 8 s","fr":"pas de réponse depuis 8 s"}');
INSERT INTO "visit" VALUES(4,2,1,'2026-11-16 07:00:00.000000','86ef2cfedf1ce1fad4edf1013486deb19abd422b2188ea3d6ddece0929471bfa','2a81d69864d1021625c034417fe7ed2157ec83a002766b95e77ab0c2c51f79ea','fc29c7321c3f3fe847e0bcc8c0c5897a878120a6c4e57b1afcea21fafba1aeb2',NULL);
INSERT INTO "visit" VALUES(5,2,2,'2026-11-16 07:08:34.285714',NULL,NULL,NULL,'{"en":"host key changed","fr":"pas de réponse depuis 8 s"}');
INSERT INTO "visit" VALUES(6,3,1,'2026-11-16 08:00:00.000000','86ef2cfedf1ce1fad4edf1013486deb19abd422b2188ea3d6ddece0929471bfa','f4b0ec49aaffd49919be269c188c2d0b54ae15fa6806daca984d91c9e24f3a10','6e21474a5234d867b97f18254d2752dd2e84d8e6813643bfb8e489754306330c',NULL);
INSERT INTO "visit" VALUES(7,3,2,'2026-11-16 08:08:34.285714','86ef2cfedf1ce1fad4edf1013486deb19abd422b2188ea3d6ddece0929471bfa','cb8f9dbd3e9a45287737e9b677677df8c885ca67a83280611795b10124a81280','7a8e63b795475f5243e48377256a6e24da6609eab470f134b7bdba5cbf16c6d0',NULL);
INSERT INTO "visit" VALUES(8,3,3,'2026-11-16 08:17:08.571429','61773b5c60ae26a7c77bae8b4fafcc8707459fea0f0bb6174d897d3e9c9cc284','48c87d0204b0dcf7ca800b66b3116fc0cec76ee6a8e21f03ce0f29bea69a72a5','5f3b563de8057a7f58da30c5be630c170de64c45e33e3c52fb185291ff81a838',NULL);
INSERT INTO "visit" VALUES(9,4,1,'2026-11-16 09:00:00.000000',NULL,NULL,NULL,'{"en":"no answer for 8 s","fr":"pas de réponse depuis 8 s"}');
INSERT INTO "visit" VALUES(10,4,2,'2026-11-16 09:08:34.285714','86ef2cfedf1ce1fad4edf1013486deb19abd422b2188ea3d6ddece0929471bfa','03b2b36cefcc1e252df768dee66895bcffba4f80bd6c2d6224a118b06e992bac','6e21474a5234d867b97f18254d2752dd2e84d8e6813643bfb8e489754306330c',NULL);
INSERT INTO "visit" VALUES(11,4,3,'2026-11-16 09:17:08.571429',NULL,NULL,NULL,'{"en":"no answer for 8 s","fr":"pas de réponse depuis 8 s"}');
INSERT INTO "visit" VALUES(12,5,1,'2026-11-16 10:00:00.000000','f22ebb2bdc69eaef48c33399b7c4af44451715996d12ad877a62ca2616cd13cb','a2c9e6ac71faae207d6256f0439084793e604d89620dcdc6dd27de0ce96b2ac5','e0f9aae702540cdc34a76b3e5c82c2ec8247e3e753ca30398607ffe69a4f269d',NULL);
INSERT INTO "visit" VALUES(13,5,2,'2026-11-16 10:08:34.285714','86ef2cfedf1ce1fad4edf1013486deb19abd422b2188ea3d6ddece0929471bfa','b3c8b675a3f4fd9d7d73bc7ce53cf1cec046771ac905cb6d55f46dac296a02dd','bbe5dd45935f3dcd69c00d3e7bbe32a212811ab56d0b6ac61934452ffe5dee14',NULL);
INSERT INTO "visit" VALUES(14,5,3,'2026-11-16 10:17:08.571429','0cc6f4c233fd42f4c578f4c114b1a1dc79ea81eabe35521931300ca0c58d7e52','4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945','03bd7c0d3bbacb166f4144f75d2a9e3e616d5ae29faa8b956599a7d9c3588d95',NULL);
INSERT INTO "visit" VALUES(15,6,1,'2026-11-16 11:00:00.000000','f22ebb2bdc69eaef48c33399b7c4af44451715996d12ad877a62ca2616cd13cb','a2c9e6ac71faae207d6256f0439084793e604d89620dcdc6dd27de0ce96b2ac5','e0f9aae702540cdc34a76b3e5c82c2ec8247e3e753ca30398607ffe69a4f269d',NULL);
INSERT INTO "visit" VALUES(16,6,2,'2026-11-16 11:08:34.285714','86ef2cfedf1ce1fad4edf1013486deb19abd422b2188ea3d6ddece0929471bfa','b3c8b675a3f4fd9d7d73bc7ce53cf1cec046771ac905cb6d55f46dac296a02dd','bbe5dd45935f3dcd69c00d3e7bbe32a212811ab56d0b6ac61934452ffe5dee14',NULL);
INSERT INTO "visit" VALUES(17,6,3,'2026-11-16 11:17:08.571429',NULL,NULL,NULL,'{"en":"no answer for 8 s","fr":"pas de réponse depuis 8 s"}');
INSERT INTO "visit" VALUES(18,7,1,'2026-11-16 12:00:00.000000','f22ebb2bdc69eaef48c33399b7c4af44451715996d12ad877a62ca2616cd13cb','0df5d48fe2e20371d638323ec72100bef742f0674b639d3012492cf9d41d47a3','47ef03672de15f21d31e0b66c5e45c388744fa5c4bee72e99e62fdd41ed8736a',NULL);
CREATE INDEX ix_visit_run_id ON visit (run_id);
CREATE INDEX ix_visit_host_id_id ON visit (host_id, id);
CREATE INDEX ix_apply_host_id_id ON apply (host_id, id);
CREATE INDEX ix_apply_run_id ON apply (run_id);
CREATE INDEX ix_finding_host_id_until_visit ON finding (host_id, until_visit);
COMMIT;
