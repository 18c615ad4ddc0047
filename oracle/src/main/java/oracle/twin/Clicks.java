package oracle.twin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.state.SessionStore;

/** examples/clicks, as its main configures it. */
final class Clicks {
  private static final Serde<String> STRING = Serdes.String();
  private static final Duration WITHIN = Duration.ofMinutes(10);
  private static final Duration GRACE = Duration.ofMinutes(1);
  private static final Duration GAP = Duration.ofMinutes(30);

  private Clicks() {}

  record Impression(String user, String page, String ad) {}

  record Click(String target) {}

  record Shown(String user, String page, String ad, @JsonInclude(JsonInclude.Include.NON_EMPTY) String target) {}

  record Visit(int shown, int clicked) {
    Visit add(Shown s) { return new Visit(shown + 1, s.target == null || s.target.isEmpty() ? clicked : clicked + 1); }

    Visit merge(Visit b) { return new Visit(shown + b.shown, clicked + b.clicked); }
  }

  static Topology topology() {
    StreamsBuilder b = new StreamsBuilder();
    KStream<String, Impression> impressions = b.stream("impressions", Consumed.with(STRING, Json.serde(Impression.class)));
    KStream<String, Click> clicks = b.stream("clicks", Consumed.with(STRING, Json.serde(Click.class)));
    KStream<String, Shown> shown = impressions.leftJoin(clicks,
        (i, c) -> new Shown(i.user(), i.page(), i.ad(), c == null ? null : c.target()),
        JoinWindows.ofTimeDifferenceAndGrace(WITHIN, GRACE).before(Duration.ZERO),
        StreamJoined.with(STRING, Json.serde(Impression.class), Json.serde(Click.class)).withName("impression-clicks").withStoreName("impression-clicks"));
    shown.to("shown", Produced.with(STRING, Json.serde(Shown.class)));
    shown.groupBy((id, s) -> s.user(), Grouped.with(STRING, Json.serde(Shown.class)))
        .windowedBy(SessionWindows.ofInactivityGapAndGrace(GAP, WITHIN.plus(GRACE)))
        .emitStrategy(EmitStrategy.onWindowClose())
        .aggregate(() -> new Visit(0, 0), (user, s, v) -> v.add(s), (user, x, y) -> x.merge(y), Named.as("visits"),
            Materialized.<String, Visit, SessionStore<Bytes, byte[]>>as("visits").withKeySerde(STRING).withValueSerde(Json.serde(Visit.class))
                .withRetention(Duration.ofDays(2))) // with the default one the store hides a session before it is emitted, and it never is
        .toStream()
        .to("visits", Produced.with(new WindowedSerdes.SessionWindowedSerde<>(STRING), Json.serde(Visit.class)));
    return b.build();
  }
}
