//! Principals that people have stopped.

use super::*;

#[tokio::test]
async fn a_release_of_a_frozen_principal_is_found() {
    for (fate, lifted, wrong) in
        [("released", false, true), ("refused", false, false), ("released", true, false)]
    {
        let bench = Bench::new();
        let ledger = bench.start().await;
        let mut chain = Chain::new(1);
        send(&ledger, &[chain.start(bench.now())]).await;
        let soc = Reviewer {
            name: "soc-1".to_owned(),
            groups: Membership::Every,
            principals: Vec::new(),
            assurance: Assurance::Local,
        };
        let frozen = ledger.write(0, move |writer| {
            store::freezes::freeze(writer, AGENT, &soc, "it loops")?.unwrap();
            if lifted {
                store::freezes::lift(writer, AGENT, &soc, "mended")?.unwrap();
            }
            Ok(())
        });
        frozen.await.unwrap();
        let decision = chain.decision(bench.now(), "allow", "allow");
        let outcome = chain.outcome(bench.now(), &decision.event.id, fate, None);
        send(&ledger, &[decision, outcome]).await;
        ledger.stop().await;
        let report = verify(&input(&bench));
        assert_eq!(report.exit_code(), u8::from(wrong), "{fate} {lifted}: {report}");
        assert_eq!(report.to_string().contains("of a frozen principal"), wrong, "{report}");
    }
}
