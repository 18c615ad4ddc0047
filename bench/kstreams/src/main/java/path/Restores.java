package path;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** Says when the first store begins to be restored, and when four have been: the partitions of bench/restore. */
final class Restores implements StateRestoreListener {
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long end) {
        if (begun.incrementAndGet() == 1) {
            System.out.println("restoring");
        }
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long offset, long records) {}

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {
        if (ended.incrementAndGet() == 4) {
            System.out.println("restored");
        }
    }
}
