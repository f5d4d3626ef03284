import Foundation

/// `sbatch` and `squeue` as shell scripts, for machines that have no Slurm: tasks of an array are processes.
enum FakeSlurm {
    /// Puts commands of Slurm into a folder: tasks run at once; of the first job those named are killed as soon as they are begun.
    ///
    /// - Returns: the environment in which they are found.
    static func install(in folder: String, killing: String = "") throws -> [String: String] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let sbatch = """
            #!/bin/bash
            for a; do case $a in
              --array=*) spec=${a#*=} ;;
              --output=*) out=${a#*=} ;;
              --partition=nowhere) echo "sbatch: error: invalid partition specified: nowhere" >&2
                echo "sbatch: error: Batch job submission failed: Invalid partition name specified" >&2; exit 1 ;;
              --account=full) echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit)" >&2; exit 1 ;;
            esac; script=$(readlink -f "$a"); done
            cd "$(dirname "$0")" || exit 1
            echo "$@" >> calls
            id=$(wc -l < calls); mkdir "job$id"
            # As Slurm does, which keeps what it is given.
            cp "$script" "job$id.sh"; script=job$id.sh
            tasks=$(for part in ${spec//,/ }; do seq ${part%-*} ${part#*-}; done)
            for t in $tasks; do echo PENDING > "job$id/$t"; done
            (
              for t in $tasks; do (
                echo RUNNING > "job$id/$t"
                SLURM_ARRAY_TASK_ID=$t SLURM_CPUS_PER_TASK=1 bash "$script" >> "${out//%a/$t}" 2>&1 &
                if [ "$id" = 1 ] && [[ " \(killing) " == *" $t "* ]]; then kill -9 $!; fi
                if wait $!; then echo COMPLETED; else echo FAILED; fi > "job$id/$t"
              ) & done; wait
            ) > /dev/null 2>&1 < /dev/null &
            echo "$id"

            """
        let squeue = """
            #!/bin/bash
            for a; do case $a in --jobs=*) cd "$(dirname "$0")/job${a#*=}" || exit 1 ;; esac; done
            for t in *; do echo "$t|$(cat "$t")|None"; done

            """
        for (name, text) in [("sbatch", sbatch), ("squeue", squeue)] {
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/\(name)")
        }
        return ["PATH": "\(folder):/usr/bin:/bin"]
    }
}
