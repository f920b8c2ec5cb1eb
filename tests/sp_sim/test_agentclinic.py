from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from sp_sim import library
from sp_sim.agentclinic import read_cases
from sp_sim.errors import CaseError
from sp_sim.lint import lint
from sp_sim.record import Category, Sex
from sp_sim.terminology import builtin

OSCE: dict[str, Any] = {
    "Objective_for_Doctor": "Assess the child.",
    "Patient_Actor": {
        "Demographics": "9-month-old girl",
        "History": "Rash for two days.",
        "Symptoms": {"Primary_Symptom": "Rash (trunk)", "Secondary_Symptoms": ["Fever", "No cough"]},
        "Past_Medical_History": ["Born at term", "Eczema"],
        "Social_History": "Not applicable due to patient's age.",
        "Review_of_Systems": {"General": "Denies vomiting."},
        "Current_Medications": ["Acetaminophen"],
        "Hobbies": "Blocks",
    },
    "Physical_Examination_Findings": {
        "Vital_Signs": {"Temperature": "37.2", "Pulse": "120/min"},
        "General_Appearance": "Well",
        "Skin_Examination": {"Inspection": {"Trunk": "Maculopapular", "Face": None}},
    },
    "Test_Results": {
        "Complete_Blood_Count": {"WBC": 9.1, "Platelets": ["250", "normal"]},
        "Imaging": {"Chest_X-ray": {"Findings": "Clear"}, "Brain_MRI": "Not indicated in the scenario provided"},
        "Blood_Tests": {"Serology": {"HHV6": {"IgM": "Positive"}}},
        "Skin_Biopsy": {"Histology": "Nonspecific"},
    },
    "Correct_Diagnosis": "Roseola infantum (exanthem subitum)",
}


def write(path: Path, *cases: object) -> Path:
    path.write_text("\n".join(json.dumps({"OSCE_Examination": case}) for case in cases), "utf-8")
    return path


def test_an_osce_case_becomes_a_record(tmp_path: Path) -> None:
    conversion = read_cases(write(tmp_path / "a.jsonl", OSCE), builtin())
    (case,) = conversion.cases
    patient = case.patient
    assert (patient.age_years, patient.sex, patient.speaker) == (0.75, Sex.FEMALE, "caregiver")
    facts = {fact.id: fact.finding for fact in patient.facts}
    assert facts["症状/Rash"] == "Rash (trunk)"
    assert facts["用药史/Acetaminophen"] == "Acetaminophen"
    assert facts["既往病史/"] == "Born at term; Eczema"
    assert facts["查体/vital signs"] == "Temperature: 37.2; Pulse: 120/min"
    assert facts["检验/Complete Blood Count"] == "WBC: 9.1; Platelets: 250; normal"
    assert facts["检查/Chest X-ray"] == "Clear"
    assert facts["检验/Serology"] == "HHV6: IgM: Positive"
    assert facts["病理/Skin Biopsy"] == "Histology: Nonspecific"
    assert case.reference.core_diagnosis.names == ("Roseola infantum", "exanthem subitum")
    assert (case.reference.order, case.reference.treatments) == ((), ())
    assert [line.split(": ", 1)[1] for line in conversion.left_out] == [
        "Social_History: Not applicable due to patient's age",
        "Patient_Actor.Hobbies: no category for it",
        "Test_Results.Imaging.Brain_MRI: Not indicated in the scenario provided",
    ]


@pytest.mark.parametrize(
    "change",
    [{"Test_Results": {}}, {"Test_Results": None}, {"Test_Results": "none"}, {"Physical_Examination_Findings": "Well"}],
)
def test_fields_may_change_their_type(tmp_path: Path, change: dict[str, Any]) -> None:
    (case,) = read_cases(write(tmp_path / "a.jsonl", OSCE | change), builtin()).cases
    assert any(fact.category is Category.SYMPTOM for fact in case.patient.facts)


def test_lines_that_are_no_case_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"OSCE_Examination": {"Patient_Actor": 7}}\nno json\n', "utf-8")
    with pytest.raises(CaseError) as caught:
        read_cases(path, builtin())
    assert [finding.place for finding in caught.value.findings] == ["line 1", "line 2", "line 3"]


def test_all_published_cases_convert_and_are_consulted(tmp_path: Path) -> None:
    source = Path(os.environ.get("SP_SIM_DATA", "/nowhere")) / "agentclinic" / "agentclinic_medqa.jsonl"
    if not source.is_file():
        pytest.skip("SP_SIM_DATA does not name a folder that holds agentclinic/")
    out = tmp_path / "cases"
    done = subprocess.run([sys.executable, "-m", "sp_sim", "convert", str(source), "--to", "yaml", "--out", str(out)],
                          capture_output=True, text=True, cwd=ROOT, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "107 cases" in done.stdout
    cases, _ = library.load([out])
    assert len(cases) == 107
    findings = lint([out])
    assert not [finding for finding in findings if finding.level == "error"]
    assert sum(finding.code == "leak-in-result" for finding in findings) >= 10
    run = subprocess.run([sys.executable, str(ROOT / "eval_diag.py"), "--cases", str(out), "--out", str(tmp_path / "run"), "--encoder", "ngram"],
                         capture_output=True, text=True, cwd=ROOT, timeout=300)  # fmt: skip
    assert run.returncode == 0, run.stderr
